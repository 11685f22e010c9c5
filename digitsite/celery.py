"""The Celery application: `celery -A digitsite worker`."""

import os
from typing import Any

import billiard
from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_process_init
from django.db import close_old_connections, connection

from digitsite import processes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")

app = Celery("digitsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def end_with_the_worker(**kwargs: Any) -> None:
    """A pool process that outlives a killed worker would go on training for nobody."""
    processes.die_with_parent(billiard.current_process()._parent_pid)  # type: ignore[attr-defined]


@task_prerun.connect
@task_postrun.connect
def look_for_the_database_again(**kwargs: Any) -> None:
    """Drop connections to a server that was restarted, as a request does.

    Celery's own support of Django does not reach the processes of a pool that spawns. Who runs a task within his own
    transaction keeps his connection.
    """
    if not connection.in_atomic_block:
        close_old_connections()

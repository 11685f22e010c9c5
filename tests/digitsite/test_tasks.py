"""What holds for every task, in a worker that lives for weeks."""

import psycopg
import pytest
from django.db import connection

from training.tasks import reap


@pytest.mark.django_db(transaction=True)
def test_a_task_finds_the_database_again_after_it_was_restarted() -> None:
    reap.apply(throw=True)
    parameters = {
        name: connection.get_connection_params()[name] for name in ("host", "port", "user", "password", "dbname")
    }
    with psycopg.connect(**parameters, autocommit=True) as other:
        ours = connection.connection.info.backend_pid
        other.execute("SELECT pg_terminate_backend(%s, 2000)", [ours])
    reap.apply(throw=True)
    assert connection.connection.info.backend_pid != ours

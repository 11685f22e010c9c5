"""The web process."""

import multiprocessing
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from digitsite import counters, processes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")

server = multiprocessing.parent_process()
if server is not None and server.pid is not None:  # granian starts its workers this way
    processes.die_with_parent(server.pid)  # one that outlives it would keep the port
    counted_in = counters.join(settings.DATA_DIR, server.pid)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counted_in)  # the library looks when it is imported

application = get_wsgi_application()

# Not in an AppConfig: only a process that serves needs the networks, and here it has been forked for good.
from recognizer import metrics, watching  # noqa: E402  the apps must be loaded first

if server is not None:
    metrics.answer_for_all(counted_in)
watching.start()

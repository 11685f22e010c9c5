"""The web process."""

import multiprocessing
import os

from django.core.wsgi import get_wsgi_application

from digitsite import processes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")

server = multiprocessing.parent_process()
if server is not None:  # granian starts its workers this way; one that outlives it would keep the port
    processes.die_with_parent(server.pid)

application = get_wsgi_application()

# Not in an AppConfig: only a process that serves needs the networks, and here it has been forked for good.
from recognizer import watching  # noqa: E402  the apps must be loaded first

watching.start()

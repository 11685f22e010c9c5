"""How well the networks read, on people that none of them has seen: `python -m benchmarks.quality`.

Each part of it is one module with one `PART`. What was run is written to `benchmarks/results`, as JSON, as a table and
as plots; what was not run keeps the figures that it had. Django is set up here, as its modules need the settings; no
database is asked.
"""

import os

import django

os.environ.setdefault("SECRET_KEY", "x")
os.environ.setdefault("DATABASE_URL", "postgres://x:x@127.0.0.1:1/x")  # only has to be there
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
django.setup()

"""All settings. The environment is read here and nowhere else; each variable stands in `.env.example`.

Variables that are not set are looked up in `DATA_DIR/runtime.env`, which `make run` writes, so that
`manage.py` in a second terminal has the same database, broker, secrets and settings as the site that runs.
"""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / "var").absolute()


def _runtime_env() -> dict[str, str]:
    """Return what the supervisor left for other processes: NAME=value lines, or nothing."""
    try:
        lines = (DATA_DIR / "runtime.env").read_text().splitlines()
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


_environment = {**_runtime_env(), **os.environ}


def _text(name: str, default: str = "") -> str:
    return _environment.get(name) or default


def _flag(name: str, default: bool = False) -> bool:
    return _text(name, str(default)).lower() in {"1", "true", "yes", "on"}


def _integer(name: str, default: int) -> int:
    value = _text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}: expected an integer, received {value!r}") from None


def _decimal(name: str, default: float) -> float:
    value = _text(name, str(default))
    try:
        return float(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}: expected a number, received {value!r}") from None


def _words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in _text(name, default).split(",") if word.strip()]


def _required(name: str) -> str:
    value = _text(name)
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. `make run` makes it by itself and shares it through {DATA_DIR}/runtime.env; "
            "start that first, or set the variable (see .env.example)."
        )
    return value


# -- what and where ---------------------------------------------------------------------------------

DEBUG = _flag("DEBUG")
SECRET_KEY = _required("SECRET_KEY")
ALLOWED_HOSTS = _words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _words("CSRF_TRUSTED_ORIGINS")
HTTPS = _flag("HTTPS")  # the site is reached through TLS: secure cookies, HSTS
TRUST_PROXY = _flag("TRUST_PROXY")  # a proxy in front overwrites X-Forwarded-For and -Proto

INSTALLED_APPS = [
    "datasets",
    "training",
    "recognizer",
    "digitsite",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "django_celery_beat",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "digitsite.shortcut.PredictAtOnce",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "digitsite.errors.ErrorMiddleware",
]

ROOT_URLCONF = "digitsite.urls"
WSGI_APPLICATION = "digitsite.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ]
        },
    }
]

# -- stores -----------------------------------------------------------------------------------------

DATABASES = {
    "default": dj_database_url.parse(
        _required("DATABASE_URL"),
        conn_max_age=None,
        conn_health_checks=True,
        disable_server_side_cursors=False,
    )
}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    connect_timeout=3,  # seconds: an answer beats a long wait
    # A cable that was pulled is noticed within about ten seconds, not after the two hours of TCP.
    keepalives_idle=5,
    keepalives_interval=2,
    keepalives_count=3,
    tcp_user_timeout=10_000,  # milliseconds
)

REDIS_URL = _required("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "digitsite",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
}

# Trained versions, augmentation shards and exports. Paths are immutable; SHA-256 stand in the rows.
_ARTIFACTS_IN_FOLDER = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": str(DATA_DIR / "artifacts"), "base_url": "/artifacts/"},
}
_ARTIFACTS_IN_S3 = {
    "BACKEND": "digitsite.s3.ArtifactStorage",
    "OPTIONS": {
        "bucket_name": _text("ARTIFACTS_S3_BUCKET"),
        "endpoint_url": _text("ARTIFACTS_S3_ENDPOINT") or None,
        "region_name": _text("ARTIFACTS_S3_REGION") or None,
        "access_key": _text("ARTIFACTS_S3_ACCESS_KEY") or None,
        "secret_key": _text("ARTIFACTS_S3_SECRET_KEY") or None,
    },
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "digitsite.static.StaticStorage"},
    "artifacts": _ARTIFACTS_IN_S3 if _text("ARTIFACTS_S3_BUCKET") else _ARTIFACTS_IN_FOLDER,
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(_text("STATIC_ROOT") or DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STARTER_VERSIONS = BASE_DIR / "training" / "starter_versions"

# -- people -----------------------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
CONTRIBUTOR_COOKIE = "contributor"
CONTRIBUTOR_COOKIE_AGE = 2 * 365 * 24 * 3600  # seconds
CONSENT_VERSIONS = ["2026-11", "2026-12"]  # stored with each drawing: which of these texts its contributor agreed to
CONSENT_VERSION = CONSENT_VERSIONS[-1]  # of the text that the pages show

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = _text("TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

UNFOLD = {
    "SITE_TITLE": _("Digitsite moderation"),
    "SITE_HEADER": "Digitsite",
    "SITE_SUBHEADER": _("Moderation and training"),
    "SITE_SYMBOL": "draw",
    "SITE_URL": "/",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("icons/favicon.svg")},
    ],
    "LOGIN": {"form": "digitsite.passwords.LoginForm"},
    "SHOW_HISTORY": False,
    "SHOW_LANGUAGES": True,
    "BORDER_RADIUS": "8px",
    "STYLES": [lambda request: static("css/admin.css"), lambda request: static("css/moderation.css")],
    "SIDEBAR": {"navigation": "digitsite.navigation.sidebar"},
    "DASHBOARD_CALLBACK": "digitsite.dashboard.dashboard",
    # The paper, ink and accent of static/css/site.css, in the steps that the theme wants.
    "COLORS": {
        "base": {
            "50": "#f5f4ef",
            "100": "#eceae3",
            "200": "#d8d6cd",
            "300": "#c4c2ba",
            "400": "#a3a29c",
            "500": "#77777f",
            "600": "#5c5d66",
            "700": "#34353c",
            "800": "#2a2b31",
            "900": "#1c1d22",
            "950": "#131417",
        },
        "primary": {
            "50": "#f1f3fd",
            "100": "#e3e7fa",
            "200": "#c8d0f5",
            "300": "#a0b2ff",
            "400": "#8b9ff5",
            "500": "#5b73e0",
            "600": "#2a45c4",
            "700": "#1d3199",
            "800": "#1a2a7a",
            "900": "#262b45",
            "950": "#161a33",
        },
        "font": {
            "subtle-light": "#5c5d66",
            "subtle-dark": "#a6a5a3",
            "default-light": "#34353c",
            "default-dark": "#d8d6cd",
            "important-light": "#1a1b22",
            "important-dark": "#f1efe9",
        },
    },
}

# -- security ---------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024  # bytes: 8 MB of image, in base64, and some JSON

CONTENT_SECURITY_POLICY = {
    # The admin's theme runs Alpine.js, which evaluates its attributes; it has a policy of its own.
    "EXCLUDE_URL_PREFIXES": ["/admin"],
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE, "'wasm-unsafe-eval'"],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# -- API --------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "URL_FORMAT_OVERRIDE": None,  # `?format=` is a format of the dataset, not of the answer
    "EXCEPTION_HANDLER": "digitsite.errors.api_exception_handler",
    # Half a surrogate pair is valid in JSON and may be quoted in a message, but UTF-8 cannot say it: \uXXXX can.
    "UNICODE_JSON": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Digitsite",
    "DESCRIPTION": "A crowd-sourced handwriting dataset and a digit recognizer that keeps learning from it.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "recognizer.schema.add_predict",
    ],
}
METRICS_TOKEN = _text("METRICS_TOKEN")

# -- work in the background -------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_POOL_START_METHOD = "spawn"  # a fork after TensorFlow has started its threads hangs
# Seconds until a new process that says nothing is killed. A spawned one imports the site first; on a busy machine
# Celery's 4 are too few, and then none ever gets to work.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 120
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 2  # seconds until SIGQUIT gives a running task back
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "datasets.tasks.build_export": {"queue": "augmentation"},  # takes minutes as well
    "training.tasks.prepare_run": {"queue": "augmentation"},  # may take minutes, and the reaper is in the default queue
    "training.tasks.augment_shard": {"queue": "augmentation"},
    "training.tasks.execute_run": {"queue": "training"},
}
# Seconds after which a task that hangs frees its worker. A fit that takes longer goes on at its last epoch, as often as
# that takes; but one epoch that does, with the start or what comes after the last, never ends: the run fails after
# RUN_MAX_ATTEMPTS of it.
CELERY_TASK_TIME_LIMIT = 6 * 3600
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than any task may take: a shorter one would hand a running task to a second worker.
    "visibility_timeout": 7 * 3600,
    # How often messages are looked for that nobody has acknowledged for so long. A dead worker's runs do not wait
    # for that: the reaper sends them again.
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 3,
}
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = TIME_ZONE
# Seconds in which beat makes up for a schedule whose time came while the site was off; later it waits for its next.
# Less than the two hours around its time in which beat looks at a schedule at all.
CELERY_BEAT_CRON_STARTING_DEADLINE = 3600
CELERY_BEAT_SYNC_EVERY = 1  # what it has sent beat writes down at once: one that forgets sends a schedule twice
CELERY_BEAT_SCHEDULE = {
    "Erase the hashes of addresses after 48 hours": {"task": "datasets.tasks.erase_address_hashes", "schedule": 3600.0},
    "take back the work of dead workers": {"task": "training.tasks.reap", "schedule": 5.0},
    "have exports built that were left, remove those of before": {
        "task": "datasets.tasks.look_after_exports",
        "schedule": 15.0,
    },
    "read the drawings that wait for a moderator": {
        "task": "recognizer.tasks.score_pending",
        "schedule": 5.0,
    },
}

# -- limits -----------------------------------------------------------------------------------------

SUBMISSIONS_PER_CONTRIBUTOR = _integer("SUBMISSIONS_PER_CONTRIBUTOR", 60)  # a minute
SUBMISSIONS_PER_ADDRESS = _integer("SUBMISSIONS_PER_ADDRESS", 1200)  # a minute; a school sits behind one
REPORTS_PER_ADDRESS = 20  # an hour
LOGIN_FAILURES_PER_NAME = _integer("LOGIN_FAILURES_PER_NAME", 10)  # at one address, in a quarter of an hour
LOGIN_FAILURES_PER_ADDRESS = _integer("LOGIN_FAILURES_PER_ADDRESS", 100)  # for all names together

# -- review and sweep --------------------------------------------------------------------------------

REVIEW_VOTES = _integer("REVIEW_VOTES", 3)  # by so many visitors; then a drawing is shown to no more
REVIEW_APPROVES = _flag("REVIEW_APPROVES")  # whether trusted votes that confirm the claim approve without a moderator
REVIEW_TRUSTED_VOTES = 2  # so many of them, and at most one against
REVIEW_KNOWN_ANSWERS = _integer("REVIEW_KNOWN_ANSWERS", 20)  # right ones, from which on a voter is trusted
REVIEW_SHARE_RIGHT = 0.9  # and of his known answers this share must be right
VOTES_PER_CONTRIBUTOR = 120  # a minute
VOTES_PER_ADDRESS = 1200  # a minute
SWEEP_DAYS = 7  # the vandal sweep looks at the drawings of so many days

# -- moderation -------------------------------------------------------------------------------------

MODERATION_LEASE_SECONDS = 300  # so long after a moderator was shown a drawing, others do not get it
# Of the drawings that look easy, this share (0 to 1) must be looked at one by one: a check on networks and haste.
MODERATION_AUDIT_SHARE = _decimal("MODERATION_AUDIT_SHARE", 0.05)

# -- recognizer -------------------------------------------------------------------------------------

SWAP_POLL_SECONDS = 0.5  # how often a process compares the versions it serves with the published ones

# -- training ---------------------------------------------------------------------------------------

# TensorFlow reads it when it is loaded, later. By itself it takes oneDNN's operations only on processors with
# instructions for neural networks; those with no more than AVX2 fit 1.8 times as fast with them.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
RUN_HEARTBEAT_SECONDS = 2
RUN_STALE_SECONDS = 15  # a run whose heart has not beaten for so long is taken from its worker
RUN_CHECKPOINT_SECONDS = 10  # at most so much work is lost with a worker, and the rest of its epoch
RUN_OBSTACLE_SECONDS = 20  # a run that nobody takes up for so long says whether there is anybody
# So many in a row may end without getting further, whether the worker died, was stopped or took too long. A checkpoint
# begins the count anew; a part of the augmentation has a count of its own.
RUN_MAX_ATTEMPTS = 5
MIN_DRAWINGS_PER_CLASS = 10  # in the training split
MAX_DRAWINGS_PER_CONTRIBUTOR = 1000  # of the site's own contributors, in one dataset version
# What a candidate must hold to go live by itself; where it does not, a person decides.
GATE_MAX_LOSS_POINTS = _decimal("GATE_MAX_LOSS_POINTS", 0.3)  # of accuracy: upper bound of the 95% interval
GATE_MAX_CLASS_LOSS_POINTS = _decimal("GATE_MAX_CLASS_LOSS_POINTS", 2.0)  # of any class, beyond chance
GATE_MAX_CALIBRATION_LOSS = _decimal("GATE_MAX_CALIBRATION_LOSS", 0.03)  # how much further off its certainty may be
GATE_MAX_LATENCY_FACTOR = _decimal("GATE_MAX_LATENCY_FACTOR", 3.0)  # times as slow as the live version
GATE_MIN_ITEMS = _integer("GATE_MIN_ITEMS", 500)  # test drawings
GATE_MIN_CLASS_ITEMS = _integer("GATE_MIN_CLASS_ITEMS", 30)  # of each class
GATE_FREE_MILLISECONDS = _decimal("GATE_FREE_MILLISECONDS", 1.0)  # a slower network is fast enough all the same

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}

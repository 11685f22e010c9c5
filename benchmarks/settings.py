"""The site's settings with the baselines' views beside its own, and each answer signed by its process."""

from digitsite.settings import *  # noqa: F403
from digitsite.settings import MIDDLEWARE

ROOT_URLCONF = "benchmarks.urls"
MIDDLEWARE = ["benchmarks.views.sign", *MIDDLEWARE]  # first: predictions do not come to the end

"""The site that is measured: servers of its own, the starter versions, real web processes."""

import contextlib
import json
from collections.abc import Iterator

import numpy as np
from django.conf import settings
from django.core.management import call_command
from numpy.typing import NDArray

from datasets.preprocessing.normalization import normalize
from datasets.preprocessing.strokes import parse_strokes, rasterize
from tests import web
from tests.web import WebServer
from training.models import ModelVersion, Network
from training.versions import registry


def prepare() -> None:
    """Make the tables and load the starter versions; exits where there are none."""
    call_command("migrate", verbosity=0)
    call_command("load_starter_versions", verbosity=0)
    missing = [network for network in Network.values if registry.published(network) is None]
    if missing:
        raise SystemExit(f"benchmarks: no starter version of {', '.join(missing)}; `make train-starter` makes them.")


def live(network: str) -> ModelVersion:
    """Return the live version, which `prepare` has made sure of."""
    version = registry.published(network)
    assert version is not None
    return version


@contextlib.contextmanager
def serving(processes: int) -> Iterator[WebServer]:
    """Run web processes with the baselines' views beside the site's, ready and warm."""
    environment = {"DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
    with web.running(settings.DATA_DIR / "web.log", environment, count=processes) as server:
        web.wait_until_ready(server)
        yield server


def pictures(count: int, seed: int = 1) -> NDArray[np.uint8]:
    """Return uint8 (count, 28, 28), normalized: scribbles of three strokes, all different."""
    random = np.random.default_rng(seed)
    return np.array([normalize(rasterize(parse_strokes(_scribble(random)))) for _ in range(count)])


def pixels_body(picture: NDArray[np.uint8]) -> str:
    """Return the request's JSON for a picture, uint8 (28, 28)."""
    return json.dumps({"pixels": picture.reshape(-1).tolist()})


def _scribble(random: np.random.Generator) -> dict[str, object]:
    strokes = [{"points": random.uniform(60, 220, (6, 2)).tolist(), "pen": 18} for _ in range(3)]
    return {"width": 280, "height": 280, "strokes": strokes}

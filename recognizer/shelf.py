"""Versions that visitors try, or that read their drawings of then: loaded and kept while they are asked for.

The live pair is not here: `recognizer.serving` holds it. A process keeps few of the others, because a large network
takes 20 MB and nobody tries many for long.
"""

import threading
from collections import OrderedDict

from recognizer.loading import LoadedVersion, load
from training.models import ModelVersion

KEPT = 8


class Shelf:
    """The versions that were tried last. Loads one at a time; safe to share between threads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._loaded: OrderedDict[int, LoadedVersion] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, version: ModelVersion) -> LoadedVersion:
        """Return a version, checked against its SHA-256 and its self-test; raises what `loading.load` raises."""
        with self._lock:
            loaded = self._loaded.pop(version.pk, None) or load(version)
            self._loaded[version.pk] = loaded
            if len(self._loaded) > self._kept:
                self._loaded.popitem(last=False)
            return loaded


tried = Shelf()  # one for all who ask, so that a network is in memory once

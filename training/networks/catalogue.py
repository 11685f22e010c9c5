"""Which architectures there are: ours, and those that other packages bring along.

A package offers one by an entry point in the group `digitsite.architectures`: its name is that of the architecture, it
names a function `build(classes) -> keras.Model`, and the summary of the package describes it. Listing the names imports
no such package, so that a web process stays small and a broken one breaks only the run that asks for it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from training.errors import BrokenArchitecture, UnknownArchitecture
from training.networks import classics, ours
from training.networks.parts import HEAD, TRUNK, set_seed

if TYPE_CHECKING:
    import keras
    from django_stubs_ext import StrPromise

logger = logging.getLogger(__name__)

GROUP = "digitsite.architectures"
LONGEST_NAME = 40  # characters, in the rows of runs and versions


@dataclass(frozen=True)
class Architecture:
    """A named way to build a network: `builder()` gives a function from a number of classes to a `keras.Model`."""

    name: str
    description: "str | StrPromise"
    builder: "Callable[[], Callable[[int], keras.Model]]"
    package: str = ""  # that brings it; empty: ours

    @classmethod
    def of_package(cls, point: EntryPoint) -> "Architecture":
        package = point.dist.name if point.dist else point.module
        summary = " ".join(point.dist.metadata.get_all("Summary") or []) if point.dist else ""
        return cls(point.name, summary or f"of the package {package}", point.load, package)


OURS = {
    name: Architecture(name, description, lambda build=build: build)  # type: ignore[misc]
    for name, build, description in (
        (
            "light",
            ours.light,
            _("recommended: made here, to read well and to answer quickly"),
        ),
        ("wide", ours.wide, _("reads best together with compact, and trains half as fast as light")),
        ("compact", ours.compact, _("a little better than light, less than half as fast")),
        ("four-conv", classics.four_conv, _("what the older apps used")),
        ("small", classics.small, _("trains quickly: for trials, and for small classes")),
        ("codelab", classics.codelab, _("the smallest: to see how little is enough")),
        ("crowd", classics.crowd, _("few layers, many numbers in the last: as in early tutorials")),
        ("dense", classics.dense, _("no convolutions: to see what they are good for")),
        ("deep", classics.deep, _("19 million parameters: very slow without a GPU")),
    )
}


@cache
def architectures() -> dict[str, Architecture]:
    """Return all architectures by name, ours first. What cannot be offered is left out, with a line in the log."""
    found = dict(OURS)
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        architecture = Architecture.of_package(point)
        if point.name in found:
            logger.warning("%s of the package %s: the name is taken", point.name, architecture.package)
        elif len(point.name) > LONGEST_NAME:
            logger.warning("%s of the package %s: the name is too long", point.name, architecture.package)
        else:
            found[point.name] = architecture
    return found


def build(name: str, classes: int, *, seed: int | None = None) -> "keras.Model":
    """Return an untrained network with a softmax over `classes`.

    Raises `UnknownArchitecture`, and `BrokenArchitecture` when a package brings one that does not work.
    """
    known = architectures()
    if name not in known:
        raise UnknownArchitecture(name, known)
    set_seed(seed)
    architecture = known[name]
    if not architecture.package:
        return architecture.builder()(classes)
    return _built_elsewhere(architecture, classes)


def _built_elsewhere(architecture: Architecture, classes: int) -> "keras.Model":
    """Build with somebody else's code: whatever goes wrong in it, the message names the package."""
    try:
        network = architecture.builder()(classes)
    except Exception as error:
        received = f"{type(error).__name__}: {error}"
        raise BrokenArchitecture(architecture.name, architecture.package, "to build a network", received) from error
    shapes = (network.input_shape, network.output_shape)
    expected = ((None, 28, 28, 1), (None, classes))
    if shapes != expected:
        raise BrokenArchitecture(architecture.name, architecture.package, f"shapes {expected}", str(shapes))
    parts = [layer.name for layer in network.layers]
    if parts != [TRUNK, HEAD]:
        raise BrokenArchitecture(architecture.name, architecture.package, f"the parts {[TRUNK, HEAD]}", str(parts))
    for part in network.layers:
        if not getattr(part, "layers", None):  # of a part, the last layer is fitted to the validation drawings
            received = type(part).__name__
            raise BrokenArchitecture(architecture.name, architecture.package, f"layers in the {part.name}", received)
    return network

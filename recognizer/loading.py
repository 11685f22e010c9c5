"""From a row to a network that may answer: read, check, ask the self-test.

Nothing goes live in a process that has not passed all of it.
"""

from dataclasses import dataclass, field

from datasets.preprocessing.normalization import PREPROCESSING_VERSION
from training.errors import SelfTestFailed, UnreadableArtifact
from training.judging.litert import LiteRTNetwork
from training.judging.selftest import SelfTest
from training.models import ModelVersion
from training.selection import CLASSES
from training.versions import artifacts


@dataclass(frozen=True)
class LoadedVersion:
    """One version in memory, checked and warm. Safe to share between threads."""

    id: int  # of the ModelVersion
    network: str
    number: int  # what people and answers call it
    litert: LiteRTNetwork = field(repr=False, compare=False)


def load(version: ModelVersion) -> LoadedVersion:
    """Return the version's network, ready to answer; touches the storage, not the database.

    The self-test also warms it up: it runs the network on 16 drawings.

    Raises `UnreadableArtifact` when the file is missing, damaged or no network of this role, and
    `SelfTestFailed` when it was trained on another preprocessing or answers otherwise than it did at export.
    """
    if version.preprocessing_version != PREPROCESSING_VERSION:
        raise SelfTestFailed(
            f"expected a network for preprocessing {PREPROCESSING_VERSION}; "
            f"received one for {version.preprocessing_version}"
        )
    litert = LiteRTNetwork(artifacts.read(version.tflite_path, version.tflite_sha256))
    expected = len(CLASSES[version.network])
    if litert.classes != expected:
        raise UnreadableArtifact(f"expected {expected} classes; received {litert.classes}")
    SelfTest.from_json(version.self_test).check(litert)
    return LoadedVersion(version.pk, version.network, version.number, litert)

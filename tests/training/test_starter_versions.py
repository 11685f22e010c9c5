"""The versions that ship, as files and on the public data: the floor under which they must not fall."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from PIL import Image

from datasets.importers import ImportedDrawing, mnist
from datasets.preprocessing.normalization import PREPROCESSING_VERSION, normalize
from datasets.preprocessing.strokes import rasterize
from tests import unipen
from tests.paths import shared_data
from tests.training.factories import make_drawing
from training import starter
from training.judging.evaluation import evaluate
from training.judging.litert import LiteRTNetwork
from training.judging.selftest import SelfTest
from training.models import ModelVersion, PublishEvent
from training.selection import CLASSES
from training.versions import artifacts, registry

NETWORKS = list(CLASSES)
LARGEST = 10 * 1024 * 1024  # bytes, all files together


def litert(network: str) -> LiteRTNetwork:
    return LiteRTNetwork((settings.STARTER_VERSIONS / network / "network.tflite").read_bytes())


@pytest.fixture(scope="module")
def mnist_test() -> tuple[np.ndarray, np.ndarray]:
    """Return MNIST's test digits: uint8 (10000, 28, 28) and their classes."""
    records = [r for r in mnist.read(shared_data("mnist"), limit=None) if isinstance(r, ImportedDrawing)]
    test = [record for record in records if record.split == "test"]
    return np.array([record.normalized for record in test]), np.array([int(record.label) for record in test])


@pytest.fixture(scope="module")
def unipen_test(tmp_path_factory: pytest.TempPathFactory) -> list[ImportedDrawing]:
    """Return all digits of UNIPEN's test people and a quarter of the rest, without what no shape tells apart."""
    shared_data("unipen")
    records = unipen.some_drawings(tmp_path_factory.mktemp("unipen"), digits=None, others=20_000)
    return [record for record in records if record.split == "test" and not record.ambiguous]


def normalized(drawings: list[ImportedDrawing]) -> np.ndarray:
    return np.array([normalize(rasterize(drawing.strokes)) for drawing in drawings])


@pytest.mark.parametrize("network", NETWORKS)
def test_a_starter_version_answers_as_it_did_when_it_was_exported(network: str) -> None:
    facts = json.loads((settings.STARTER_VERSIONS / network / "version.json").read_text())
    assert facts["preprocessing_version"] == PREPROCESSING_VERSION
    SelfTest.from_json(facts["self_test"]).check(litert(network))


def test_the_starter_versions_are_small() -> None:
    files = [path for path in Path(settings.STARTER_VERSIONS).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < LARGEST


@pytest.mark.parametrize("network", NETWORKS)
def test_a_starter_version_brings_its_predictions_and_names_its_sources(network: str) -> None:
    folder = settings.STARTER_VERSIONS / network
    facts = json.loads((folder / "version.json").read_text())
    with np.load(folder / "predictions.npz") as predictions:
        assert len(predictions["probabilities"]) == len(predictions["content_sha256"]) == facts["metrics"]["n"]
        answers = predictions["probabilities"].argmax(axis=1)
        assert (answers == predictions["classes"]).mean() == pytest.approx(facts["metrics"]["accuracy"], abs=1e-3)
    assert "UNIPEN" in facts["card"]


@pytest.mark.django_db
def test_loading_the_starter_versions_twice_registers_them_once() -> None:
    assert [version.network for version in starter.load()] == ["digits", "digit-or-not"]
    assert starter.load() == []
    assert ModelVersion.objects.count() == PublishEvent.objects.count() == 2
    digits, digit_or_not = (registry.published(network) for network in NETWORKS)
    assert digit_or_not.trunk == digits


@pytest.mark.django_db
def test_loading_the_starter_versions_leaves_alone_what_is_published() -> None:
    starter.load()
    own = registry.register(
        network="digits", **{**ModelVersion.objects.filter(network="digits").values(*COPIED)[0], "run": None}
    )
    registry.publish(own, reason="our own is better")
    starter.load()
    assert registry.published("digits") == own


@pytest.mark.django_db
@pytest.mark.parametrize("new_figures", [{"n": 1}, {}], ids=["new figures", "figures that came without their answers"])
def test_figures_that_were_measured_again_come_with_the_answers_that_they_were_counted_from(
    settings, tmp_path: Path, new_figures: dict[str, int]
) -> None:
    starter.load()
    settings.STARTER_VERSIONS = shutil.copytree(settings.STARTER_VERSIONS, tmp_path / "starter_versions")
    described, answers = (
        tmp_path / "starter_versions" / "digits" / name for name in ("version.json", "predictions.npz")
    )
    facts = json.loads(described.read_text())
    facts["metrics"].update(new_figures)
    described.write_text(json.dumps(facts))
    answers.write_bytes(b"other answers")
    assert starter.load() == []
    version = registry.published("digits")
    assert version is not None and version.metrics == facts["metrics"]
    assert artifacts.read(version.predictions_path, version.predictions_sha256) == b"other answers"


@pytest.mark.django_db
def test_nothing_is_measured_where_a_source_is_missing() -> None:
    make_drawing("3")
    with pytest.raises(CommandError, match="received mnist, without any"):
        call_command("measure_starter_versions", sources="mnist, test")


@pytest.mark.django_db
def test_an_exported_version_names_the_digits_version_that_it_descends_from(settings, tmp_path: Path) -> None:
    starter.load()
    digits = registry.published("digits")
    copied = ModelVersion.objects.filter(network="digit-or-not").values(*COPIED)[0]
    del copied["metrics"]["ancestors"]  # those of the original
    copied["metrics"]["gate"] = {"champion": 1}
    trunk = digits
    for _ in range(2):  # one that goes on from the other
        trunk = registry.register(network="digit-or-not", trunk=trunk, **copied)
    registry.publish(trunk, reason="it has learned more")
    settings.STARTER_VERSIONS = tmp_path
    starter.export_published()
    facts = [json.loads((tmp_path / network / "version.json").read_text()) for network in NETWORKS]
    assert [fact["trunk_sha256"] for fact in facts] == ["", digits.keras_sha256]
    ancestors = facts[1]["metrics"]["ancestors"]
    assert [(each["network"], each["number"]) for each in ancestors[:2]] == [("digit-or-not", None), ("digits", None)]
    assert ancestors[2:] == facts[0]["metrics"]["ancestors"], "what a starter version knows of those before it"
    assert not any("gate" in fact["metrics"] for fact in facts), "what it was compared with is not there elsewhere"
    images, epochs = digits.metrics["training_images"], len(digits.metrics["history"])
    card, effort = facts[1]["card"], f"{images:,} training images, {epochs} epoch"
    assert "starts from an earlier version of digit-or-not (" in card
    assert f"and that from an earlier version of digits ({effort}" in card


COPIED = [
    "architecture", "preprocessing_version", "self_test", "keras_path", "keras_sha256", "tflite_path", "tflite_sha256",
    "predictions_path", "predictions_sha256", "metrics",
]  # fmt: skip


def test_mnist_is_read_with_at_most_one_error_in_two_hundred(mnist_test) -> None:
    images, classes = mnist_test
    assert evaluate(litert("digits").predict_many(images), classes).accuracy >= 0.995


def test_digits_that_were_enlarged_and_normalized_again_are_read_as_well(mnist_test) -> None:
    images, classes = mnist_test
    detour = np.array([normalize(np.asarray(Image.fromarray(i).resize((140, 140), Image.BILINEAR))) for i in images])
    network = litert("digits")
    direct = evaluate(network.predict_many(images), classes).accuracy
    assert evaluate(network.predict_many(detour), classes).accuracy > direct - 0.003


def test_pen_digits_of_unseen_people_are_read(unipen_test) -> None:
    digits = [drawing for drawing in unipen_test if drawing.label != "not-a-digit"]
    classes = np.array([int(drawing.label) for drawing in digits])
    assert evaluate(litert("digits").predict_many(normalized(digits)), classes).accuracy >= 0.985


def test_digits_of_unseen_people_are_kept_where_other_symbols_are_refused(unipen_test) -> None:
    digits = [drawing for drawing in unipen_test if drawing.label != "not-a-digit"][::3]
    others = [drawing for drawing in unipen_test if drawing.label == "not-a-digit"]
    is_digit = np.repeat([1, 0], [len(digits), len(others)])
    metrics = evaluate(litert("digit-or-not").predict_many(normalized(digits + others)), is_digit)
    assert metrics.detection.kept_at_95_refused >= 0.93

"""The versions that ship with the project, so that a new site answers at once.

They are made by the project's own pipeline (`make train-starter`) and kept in `training/starter_versions/<network>/`:
the two network files, the predictions on the test drawings, and everything else about the version in JSON.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings

from datasets.models import DatasetVersion, Split
from datasets.services import freeze_version
from training import networks, selection
from training.judging import figures
from training.judging.gatekeeping import answers_of
from training.models import ModelVersion, Network
from training.registration import predictions_file
from training.versions import artifacts, registry
from training.versions.ancestors import ancestors_of, without_numbers
from training.versions.cards import write_card

FILES = {"keras": "network.keras", "tflite": "network.tflite", "predictions": "predictions.npz"}
FACTS = ["architecture", "preprocessing_version", "self_test", "metrics", "config", "card"]


def export_published() -> list[Path]:
    """Write the live version of each network into the project; returns the folders."""
    folders = []
    for network in Network.values:
        version = registry.published(network)
        if version is not None:
            folders.append(_write(version, settings.STARTER_VERSIONS / network))
    return folders


def load() -> list[ModelVersion]:
    """Register the starter versions that are not there yet; publish them where nothing is published.

    Returns what was registered; a second call registers nothing.
    """
    registered = []
    for network in Network.values:  # digits first: it is the trunk of the other
        folder = settings.STARTER_VERSIONS / network
        if (folder / "version.json").exists():
            version, is_new = _read(network, folder)
            if is_new:
                registered.append(version)
            if registry.published(network) is None:
                registry.publish(version, reason="starter version")
    return registered


def measure(sources: list[str]) -> list[ModelVersion]:
    """Test the live versions on all test drawings of these sources in this database, and keep what comes of it.

    Needs TensorFlow, for the layers. What their training left behind (epochs, export) stays as it is.
    """
    dataset = freeze_version(sources=sources)
    versions = [version for network in Network.values if (version := registry.published(network)) is not None]
    for version in versions:
        _measure(version, dataset)
    return versions


def _measure(version: ModelVersion, dataset: DatasetVersion) -> None:
    tflite = artifacts.read(version.tflite_path, version.tflite_sha256)
    network = networks.load(artifacts.read(version.keras_path, version.keras_sha256))
    test = selection.load(selection.items_for(dataset, version.network, Split.TEST), version.network)
    answers = answers_of(tflite, test)
    version.metrics = {
        **version.metrics,
        **figures.measured(version.network, tflite, answers, test, figures.sample_of(dataset, version.network)),
        **figures.made_of(network),
        "data": figures.data_of(dataset),
    }
    version.card = write_card(version.network, version.architecture, str(dataset), version.metrics)
    _keep(version, predictions_file(answers.probabilities, test))


def _keep(version: ModelVersion, predictions: bytes) -> None:
    """Save new figures of a version, with the answers that they were counted from."""
    path = f"models/starter/{version.network}/{FILES['predictions']}"
    version.predictions_path, version.predictions_sha256 = artifacts.write(path, predictions)
    version.save(update_fields=["metrics", "card", "predictions_path", "predictions_sha256"])


def _write(version: ModelVersion, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, name in FILES.items():
        content = artifacts.read(getattr(version, f"{kind}_path"), getattr(version, f"{kind}_sha256"))
        (folder / name).write_bytes(content)
    facts: dict[str, Any] = {name: getattr(version, name) for name in FACTS}
    metrics = {**version.metrics, "ancestors": without_numbers(ancestors_of(version))}
    metrics.pop("gate", None)  # it speaks of a version that is not there elsewhere
    dataset = f"dataset {metrics['data']['dataset']}"
    facts |= {"metrics": metrics, "card": write_card(version.network, version.architecture, dataset, metrics)}
    trunk = _trunk_of_another_network(version)
    facts["trunk_sha256"] = trunk.keras_sha256 if trunk else ""
    (folder / "version.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
    return folder


def _trunk_of_another_network(version: ModelVersion) -> ModelVersion | None:
    """Return the digits version that a digit-or-not descends from; versions in between do not ship."""
    trunk = version.trunk
    while trunk is not None and trunk.network == version.network:
        trunk = trunk.trunk
    return trunk


def _read(network: str, folder: Path) -> tuple[ModelVersion, bool]:
    contents = {kind: (folder / name).read_bytes() for kind, name in FILES.items()}
    versions = ModelVersion.objects.public().of_network(network)
    known = versions.filter(tflite_sha256=hashlib.sha256(contents["tflite"]).hexdigest()).first()
    facts = json.loads((folder / "version.json").read_text())
    if known is not None:
        sha256 = hashlib.sha256(contents["predictions"]).hexdigest()
        is_as_known = (known.metrics, known.predictions_sha256) == (facts["metrics"], sha256)
        if known.run_id is None and not is_as_known:  # measured again since this site was set up
            known.metrics, known.card = facts["metrics"], facts["card"]
            _keep(known, contents["predictions"])
        return known, False
    trunk = ModelVersion.objects.public().filter(keras_sha256=facts.pop("trunk_sha256") or None).first()
    for kind, content in contents.items():
        path = f"models/starter/{network}/{FILES[kind]}"
        facts[f"{kind}_path"], facts[f"{kind}_sha256"] = artifacts.write(path, content)
    return registry.register(network=network, trunk=trunk, **facts), True

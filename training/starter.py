"""The versions that ship with the project, so that a new site answers at once.

They are made by the project's own pipeline (`make train-starter`) and kept in `training/starter_versions/<network>/`:
the two network files, the predictions on the test drawings, and everything else about the version in JSON.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings

from training import artifacts, registry
from training.models import ModelVersion, Network

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


def _write(version: ModelVersion, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, name in FILES.items():
        content = artifacts.read(getattr(version, f"{kind}_path"), getattr(version, f"{kind}_sha256"))
        (folder / name).write_bytes(content)
    facts: dict[str, Any] = {name: getattr(version, name) for name in FACTS}
    facts["trunk_sha256"] = version.trunk.keras_sha256 if version.trunk else ""
    (folder / "version.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
    return folder


def _read(network: str, folder: Path) -> tuple[ModelVersion, bool]:
    contents = {kind: (folder / name).read_bytes() for kind, name in FILES.items()}
    versions = ModelVersion.objects.public().of_network(network)
    known = versions.filter(tflite_sha256=hashlib.sha256(contents["tflite"]).hexdigest()).first()
    if known is not None:
        return known, False
    facts = json.loads((folder / "version.json").read_text())
    trunk = ModelVersion.objects.public().filter(keras_sha256=facts.pop("trunk_sha256") or None).first()
    for kind, content in contents.items():
        path = f"models/starter/{network}/{FILES[kind]}"
        facts[f"{kind}_path"], facts[f"{kind}_sha256"] = artifacts.write(path, content)
    return registry.register(network=network, trunk=trunk, **facts), True

"""What a version goes on from: versions before it, and what it took to make them."""

from typing import Any

from training.models import ModelVersion


def ancestors_of(version: ModelVersion) -> list[dict[str, Any]]:
    """Return what a version started from, what that started from, and so on: as its figures keep them.

    Those before a starter version are not in this database; its own figures know them.
    """
    return version.metrics.get("ancestors") or line_of(version.trunk)


def line_of(trunk: ModelVersion | None) -> list[dict[str, Any]]:
    """Return the same of a version that will start from `trunk`: that one, and its own ancestors."""
    return [] if trunk is None else [_as_kept(trunk), *ancestors_of(trunk)]


def without_numbers(ancestors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return them as they are known elsewhere, where the same numbers mean other versions."""
    return [{**ancestor, "number": None} for ancestor in ancestors]


def _as_kept(version: ModelVersion) -> dict[str, Any]:
    history = version.metrics.get("history", [])
    return {
        "network": version.network,
        "number": version.number,
        "training_images": version.metrics.get("training_images"),
        "epochs": len(history),
        "seconds": round(sum(epoch["seconds"] for epoch in history)),
    }

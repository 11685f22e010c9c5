"""Choosing among versions that differ by their seed alone: by the validation drawings, never by those of the test."""

from collections.abc import Sequence

from training.models import ModelVersion


def validation_loss(version: ModelVersion) -> float:
    """Return the log loss on validation of the epoch whose weights the version has."""
    return min(float(epoch["validation_loss"]) for epoch in version.metrics["history"])


def best_on_validation(versions: Sequence[ModelVersion]) -> ModelVersion:
    """Return the version with the least log loss on validation."""
    return min(versions, key=validation_loss)


def choice_in_words(versions: Sequence[ModelVersion]) -> str:
    """Return which version is best, and how the others did."""
    best = best_on_validation(versions)
    losses = ", ".join(f"{_seed(version)}: {validation_loss(version):.4f}" for version in versions)
    return f"{best}, of seed {_seed(best)}, has the least loss on validation ({losses})"


def _seed(version: ModelVersion) -> int:
    return int(version.config["seed"])

"""Choosing among versions that differ by their seed alone: by the validation drawings, never by those of the test."""

from collections.abc import Sequence

from django.db import transaction

from training.learning.epochs import EpochFigures, deciding_loss
from training.models import ModelVersion
from training.models.choices import PublishPolicy
from training.versions import registry
from training.versions.cards import write_card


def validation_loss(version: ModelVersion) -> float:
    """Return the log loss on validation, calibrated, of the epoch whose weights the version has."""
    return min(deciding_loss(EpochFigures.from_json(figures)) for figures in version.metrics["history"])


def best_on_validation(versions: Sequence[ModelVersion]) -> ModelVersion:
    """Return the version with the least log loss on validation."""
    return min(versions, key=validation_loss)


@transaction.atomic
def tell_each_of_all(versions: Sequence[ModelVersion]) -> None:
    """Write into each version's figures and card how all of them did: one alone may have had luck."""
    rows = [
        {
            "seed": _seed(version),
            "validation_loss": validation_loss(version),
            "accuracy": {name: part["accuracy"] for name, part in version.metrics["by_source"].items()},
        }
        for version in versions
    ]
    for version in versions:
        version.metrics = {**version.metrics, "seeds": rows}
        version.card = write_card(version.network, version.architecture, str(version.dataset_version), version.metrics)
        version.save(update_fields=["metrics", "card"])


@transaction.atomic
def publish_best(versions: Sequence[ModelVersion], policy: str) -> str:
    """Publish the best on validation of the versions that the policy lets go live; return what came of it, in words."""
    choice = choice_in_words(versions)
    if policy == PublishPolicy.ASK:
        return f"none published, a person decides: {choice}"
    allowed = versions if policy == PublishPolicy.ALWAYS else _passed(versions)
    if not allowed:
        return f"none published, as none has passed the comparison with what is live: {choice}"
    best = best_on_validation(allowed)
    by_rule = "" if policy == PublishPolicy.ALWAYS else f", the best of {len(allowed)} that passed the comparison"
    text = f"{best} published{by_rule}: {choice}"
    registry.publish(best, reason=text)
    return text


def choice_in_words(versions: Sequence[ModelVersion]) -> str:
    """Return which version is best, and how the others did."""
    best = best_on_validation(versions)
    losses = ", ".join(f"{_seed(version)}: {validation_loss(version):.4f}" for version in versions)
    return f"{best}, of seed {_seed(best)}, has the least loss on validation ({losses})"


def _passed(versions: Sequence[ModelVersion]) -> list[ModelVersion]:
    """Return those that the comparison lets go live without a person, while what they were compared with is live."""
    live = registry.published(versions[0].network, versions[0].room, lock=True)
    gates = [(version, version.metrics["gate"]) for version in versions]
    return [
        version
        for version, gate in gates
        if gate["passed"] and not gate["needs_person"] and gate["champion"] == (live.number if live else None)
    ]


def _seed(version: ModelVersion) -> int:
    return int(version.config["seed"])

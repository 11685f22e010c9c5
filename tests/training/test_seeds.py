"""Which of several seeds goes live."""

import pytest

from tests.training.factories import make_version
from training.learning.epochs import EpochFigures
from training.models import ModelVersion, PublishEvent
from training.versions import registry
from training.versions.seeds import publish_best

pytestmark = pytest.mark.django_db


def of_seed(seed: int, loss: float, *, champion: int | None, passed: bool, needs_person: bool = False) -> ModelVersion:
    gate = {"passed": passed, "needs_person": needs_person, "reasons": [], "champion": champion}
    figures = EpochFigures(1, 0.1, 0.9, loss, 0.9, seconds=1.0, calibrated_loss=loss / 2)
    return make_version(config={"seed": seed}, metrics={"history": [figures.to_json()], "gate": gate})


@pytest.fixture
def live() -> ModelVersion:
    version = make_version()
    registry.publish(version, reason="for a test")
    return version


def test_if_better_publishes_the_best_of_those_that_passed_and_no_other(live: ModelVersion) -> None:
    best = of_seed(1, 0.1, champion=live.number, passed=False)
    doubtful = of_seed(2, 0.2, champion=live.number, passed=True, needs_person=True)
    worse = of_seed(3, 0.4, champion=live.number, passed=True)
    good = of_seed(4, 0.3, champion=live.number, passed=True)
    said = publish_best([best, doubtful, worse, good], "if_better")
    assert registry.published("digits") == good
    assert said.startswith(f"{good} published, the best of 2 that passed the comparison: {best}, of seed 1, has")
    assert PublishEvent.objects.count() == 2, "nothing else was live in between"
    assert PublishEvent.objects.first().reason == said


def test_if_better_publishes_the_first_versions_best() -> None:
    versions = [of_seed(seed, loss, champion=None, passed=True) for seed, loss in ((1, 0.3), (2, 0.2))]
    publish_best(versions, "if_better")
    assert registry.published("digits") == versions[1]


def test_if_better_publishes_none_when_none_passed(live: ModelVersion) -> None:
    versions = [of_seed(seed, 0.1, champion=live.number, passed=False) for seed in (1, 2)]
    assert publish_best(versions, "if_better").startswith("none published, as none has passed the comparison")
    assert registry.published("digits") == live


def test_a_comparison_with_what_is_no_longer_live_lets_nothing_go_live(live: ModelVersion) -> None:
    version = of_seed(1, 0.1, champion=live.number, passed=True)
    newer = make_version()
    registry.publish(newer, reason="meanwhile")
    assert "none published" in publish_best([version], "if_better")
    assert registry.published("digits") == newer


def test_always_publishes_the_best_and_ask_none_whether_they_passed_or_not(live: ModelVersion) -> None:
    versions = [of_seed(seed, loss, champion=live.number, passed=False) for seed, loss in ((1, 0.3), (2, 0.2))]
    assert publish_best(versions, "ask").startswith("none published, a person decides")
    assert registry.published("digits") == live
    publish_best(versions, "always")
    assert registry.published("digits") == versions[1]

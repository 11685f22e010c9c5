import pytest

from datasets.errors import Conflict
from tests.training.factories import make_version
from training.models import Publication, PublishEvent
from training.versions import registry

pytestmark = pytest.mark.django_db


def test_versions_are_numbered_by_network() -> None:
    assert [make_version("digits").number, make_version("digit-or-not").number, make_version("digits").number] == [
        1,
        1,
        2,
    ]


def test_publishing_moves_the_pointer_and_is_on_record() -> None:
    first, second = make_version(), make_version()
    registry.publish(first, reason="first")
    event = registry.publish(second, reason="better")
    assert registry.published("digits") == second
    assert (event.previous, event.reason) == (first, "better")
    assert Publication.objects.count() == 1


def test_publishing_the_live_version_again_changes_nothing() -> None:
    version = make_version()
    first = registry.publish(version, reason="once")
    assert registry.publish(version, reason="twice") == first
    assert PublishEvent.objects.count() == 1


def test_publishing_one_network_leaves_the_other_alone() -> None:
    digits, other = make_version("digits"), make_version("digit-or-not")
    registry.publish(other, reason="x")
    registry.publish(digits, reason="x")
    assert registry.published("digit-or-not") == other


def test_rolling_back_goes_to_the_version_before_and_further() -> None:
    versions = [make_version() for _ in range(3)]
    for version in versions:
        registry.publish(version, reason="next")
    registry.roll_back("digits", reason="worse")
    assert registry.published("digits") == versions[1]
    registry.roll_back("digits", reason="worse still")
    assert registry.published("digits") == versions[0]
    with pytest.raises(Conflict, match="received none"):
        registry.roll_back("digits", reason="nothing left")


def test_a_version_of_another_preprocessing_cannot_go_live() -> None:
    version = make_version(preprocessing_version=99)
    with pytest.raises(Conflict, match="received 99"):
        registry.publish(version, reason="x")
    assert registry.published("digits") is None


def test_rolling_back_a_version_that_is_not_live_any_more_changes_nothing() -> None:
    versions = [make_version() for _ in range(3)]
    for version in versions:
        registry.publish(version, reason="next")
    registry.roll_back("digits", reason="worse", expected=versions[2])
    with pytest.raises(Conflict, match="expected digits 3 to be live; received digits 2"):
        registry.roll_back("digits", reason="clicked twice", expected=versions[2])
    assert registry.published("digits") == versions[1]

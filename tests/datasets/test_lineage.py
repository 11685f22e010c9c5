"""What a rejected or deleted drawing has gone into."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from datasets.models import Drawing
from datasets.services import approve, freeze_version, reject, relabel, undo
from datasets.services.lineage import Withdrawn, versions_containing, withdrawn_since
from tests.datasets.factories import make_approved, make_drawing
from tests.training.factories import make_version
from training import registry

pytestmark = pytest.mark.django_db


def test_a_drawing_names_the_dataset_versions_and_the_networks_that_contain_it() -> None:
    first, second = make_approved("3"), make_approved("4")
    old = freeze_version()
    make_approved("5")
    new = freeze_version()
    digits = make_version("digits", dataset_version=old)
    held = make_version("digits", dataset_version=new)
    follower = make_version("digit-or-not", dataset_version=None, trunk=digits)
    registry.publish(digits, reason="for a test")
    found = versions_containing(Drawing.objects.filter(pk__in=[first.pk, second.pk]))
    assert [(one.version, one.drawings) for one in found] == [(new, 2), (old, 2)]
    assert [(d.name, d.is_live) for d in found[0].descendants] == [(str(held), False)]
    assert [(d.name, d.is_live) for d in found[1].descendants] == [(str(follower), False), (str(digits), True)]
    assert found[1].descendants[1].url == f"/models/digits/{digits.number}"


def test_a_drawing_that_is_in_no_version_names_none() -> None:
    make_approved()
    freeze_version()
    late = make_approved()
    assert versions_containing(Drawing.objects.filter(pk=late.pk)) == []
    assert versions_containing(Drawing.objects.none()) == []


def test_a_version_tells_what_was_rejected_and_deleted_since_it_was_frozen() -> None:
    moderator = User.objects.create_user("mo")
    drawings = [make_approved(str(n)) for n in range(6)]
    reject(Drawing.objects.filter(pk=drawings[0].pk), actor=moderator, reason="before")
    version = freeze_version()
    assert withdrawn_since(version) == Withdrawn(0, 0)
    assert not withdrawn_since(version)
    decision = reject(Drawing.objects.filter(pk__in=[d.pk for d in drawings[1:3]]), actor=moderator, reason="noise")
    relabel(Drawing.objects.filter(pk=drawings[3].pk), label="7", actor=moderator)
    make_drawing()
    drawings[4].delete()
    assert withdrawn_since(version) == Withdrawn(rejected=2, deleted=1)
    undo(decision, actor=moderator)
    assert withdrawn_since(version) == Withdrawn(rejected=0, deleted=1)
    assert approve(Drawing.objects.pending(), actor=moderator).drawings_count == 1


def test_the_pages_of_a_dataset_version_and_of_its_networks_tell_what_was_taken_from_it(client: Client) -> None:
    drawings = [make_approved(str(n)) for n in range(4)]
    version = freeze_version()
    network = make_version("digits", dataset_version=version)
    pages = [f"/dataset/{version.number}", f"/models/digits/{network.number}"]
    assert not any("rejected since" in client.get(page).content.decode() for page in pages)
    reject(Drawing.objects.filter(pk__in=[d.pk for d in drawings[:2]]), actor=None, reason="noise")
    drawings[2].delete()
    texts = [" ".join(client.get(page).content.decode().split()) for page in pages]
    assert "2 drawings of this version have been rejected since" in texts[0]
    assert "1 drawing was taken back by its contributor since" in texts[0]
    assert "2 of its drawings have been rejected since. " in texts[1]
    assert "1 of its drawings has been deleted since." in texts[1]

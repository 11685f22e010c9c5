"""What a rejected or deleted drawing has gone into."""

from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from datasets.admin.lineage import in_words
from datasets.errors import Conflict
from datasets.lineage import Descendant
from datasets.membership import Containing, Withdrawn, versions_by_group, versions_containing, withdrawn_since
from datasets.models import DatasetVersion, Decision, Drawing
from datasets.services import approve, freeze_version, reject, relabel, undo
from datasets.services.deletion import delete_for_good
from tests.datasets.factories import make_approved, make_drawing
from tests.training.factories import make_version
from training.versions import registry

pytestmark = pytest.mark.django_db


def test_a_drawing_names_the_dataset_versions_and_the_networks_that_contain_it() -> None:
    first, second = make_approved("3"), make_approved("4")
    old = freeze_version()
    make_approved("5")
    new = freeze_version()
    digits = make_version("digits", dataset_version=old)
    held = make_version("digits", dataset_version=new)
    follower = make_version("digit-or-not", dataset_version=None, trunk=digits)
    goes_on = make_version("digit-or-not", dataset_version=new, trunk=follower)
    registry.publish(digits, reason="for a test")
    found = versions_containing(Drawing.objects.filter(pk__in=[first.pk, second.pk]))
    assert [(one.version, one.drawings) for one in found] == [(new, 2), (old, 2)]
    assert [(d.name, d.is_live) for d in found[0].descendants] == [(str(goes_on), False), (str(held), False)]
    of_old = [(str(goes_on), False), (str(follower), False), (str(digits), True)]
    assert [(d.name, d.is_live) for d in found[1].descendants] == of_old
    assert found[1].descendants[2].url == f"/models/digits/{digits.number}"


def test_several_groups_are_told_what_each_alone_would_be_in_as_many_queries_as_one(
    django_assert_num_queries: Any,
) -> None:
    drawings = [make_approved(str(n)).pk for n in range(4)]
    old = freeze_version()
    drawings.append(make_approved("5").pk)
    digits = make_version("digits", dataset_version=old)
    make_version("digit-or-not", dataset_version=freeze_version(), trunk=digits)
    groups = [drawings[:2], drawings[3:], [drawings[4]], [make_approved("6").pk], []]
    alone = [versions_containing(Drawing.objects.filter(pk__in=group)) for group in groups]
    assert [len(found) for found in alone] == [2, 2, 1, 0, 0]
    with django_assert_num_queries(4):
        assert versions_by_group(groups) == alone
    with django_assert_num_queries(0):
        assert versions_by_group([[], []]) == [[], []]


def test_a_few_words_name_the_newest_versions_and_first_what_is_live() -> None:
    names = [Descendant(f"digits {n}", is_live=n == 1) for n in (5, 4, 3, 1)]
    versions = [DatasetVersion(number=number) for number in (5, 4, 3, 2)]
    found = [Containing(version, 1, names) for version in versions]
    assert in_words(found) == (
        "In dataset 5, dataset 4, dataset 3 …; made with it: digits 1 (live), digits 5, digits 4 …"
    )
    assert in_words([Containing(versions[0], 1, [])]) == "In dataset 5"


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
    assert "1 drawing has been deleted since" in texts[0]
    assert "2 of its drawings have been rejected since. " in texts[1]
    assert "1 of its drawings has been deleted since." in texts[1]


# -- in the admin ------------------------------------------------------------------------------------


@pytest.fixture
def browser() -> Client:
    moderator = User.objects.create_user("mo", is_staff=True)
    moderator.groups.add(Group.objects.get(name="moderator"))
    client = Client()
    client.force_login(moderator)
    return client


def text_of(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


def test_who_is_about_to_reject_sees_the_versions_and_is_offered_a_retraining_without(browser: Client) -> None:
    drawing = make_approved()
    version = freeze_version()
    network = make_version("digits", dataset_version=version)
    registry.publish(network, reason="for a test")
    chosen = {"action": "reject", ACTION_CHECKBOX_NAME: [drawing.pk], "index": 0}
    questions = [
        browser.post(reverse("admin:datasets_drawing_changelist") + "?status=approved", chosen),
        browser.get(reverse("admin:datasets_contributor_block", args=[drawing.contributor_id])),
        browser.get(reverse("admin:datasets_drawing_erase", args=[drawing.pk])),
        browser.get(reverse("admin:datasets_drawing_change", args=[drawing.pk])),
    ]
    for question in questions:
        html = text_of(question)
        assert f">{version}</a> (1 drawing)" in html
        assert f">{network}</a> (live)" in html
    assert "Retrain without what is rejected" in text_of(questions[0])


def test_a_decision_names_the_versions_that_hold_what_it_rejected(browser: Client) -> None:
    drawing = make_approved()
    version = freeze_version()
    decision = reject(Drawing.objects.filter(pk=drawing.pk), actor=None, reason="noise")
    assert f">{version}</a>" in text_of(browser.get(reverse("admin:datasets_decision_change", args=[decision.pk])))


def test_a_moderator_deletes_for_good_and_on_record(browser: Client) -> None:
    drawing, other = make_approved("3"), make_approved("4")
    version = freeze_version()
    address = reverse("admin:datasets_drawing_erase", args=[drawing.pk])
    assert "This field is required" in text_of(browser.post(address, {"reason": ""}))
    page = text_of(browser.post(address, {"reason": "a name"}, follow=True))
    assert f">{version}</a> (1 drawing)" in page
    assert list(Drawing.objects.all()) == [other]
    decision = Decision.objects.get()
    assert (decision.action, decision.actor.username, decision.reason) == ("delete", "mo", "a name")
    assert decision.drawings_count == 1
    assert withdrawn_since(version) == Withdrawn(rejected=0, deleted=1)
    page = text_of(browser.get(reverse("admin:datasets_datasetversion_change", args=[version.pk])))
    assert "0 rejected, 1 deleted" in page
    assert browser.get(reverse("admin:datasets_decision_undo", args=[decision.pk])).status_code == 403
    with pytest.raises(Conflict):
        delete_for_good(Drawing.objects.none(), actor=None, reason="nothing there")


def test_who_may_not_delete_does_not(client: Client) -> None:
    drawing = make_approved()
    client.force_login(User.objects.create_user("ann", is_staff=True))
    response = client.post(reverse("admin:datasets_drawing_erase", args=[drawing.pk]), {"reason": "fun"})
    assert response.status_code == 403
    assert Drawing.objects.exists()

"""The sweep in the admin: one button rejects a group and blocks its contributors, one brings it back."""

import pytest
from django.contrib.auth.models import Group as Role
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from datasets.models import Contributor, Decision, Drawing
from datasets.services import freeze_version
from tests.datasets.crowds import Sent, scribbles, send
from tests.training.factories import make_version

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:datasets_contributor_sweep")


@pytest.fixture
def browser() -> Client:
    moderator = User.objects.create_user("mo", is_staff=True)
    moderator.groups.add(Role.objects.get(name="moderator"))
    client = Client()
    client.force_login(moderator)
    return client


def attack(address: str, count: int, minute: float = 60, status: str = "pending") -> list[int]:
    """Send scribbles under as many cookies from one address."""
    drawn = scribbles(count)
    return send(Sent(f"{address} {n}", address, minute - n / 9, *one, status) for n, one in enumerate(drawn))


def proposals(browser: Client) -> list:
    return browser.get(PAGE).context["proposals"]


def test_the_page_shows_groups_with_reasons_and_pictures(browser: Client) -> None:
    attack("cafe", 70)
    response = browser.get(PAGE)
    html = " ".join(response.content.decode().split())
    [proposal] = response.context["proposals"]
    assert proposal.title == f"{len(proposal.group.drawings)} of 70 drawings from one address"
    assert "claimed as digits are read as none" in html
    assert html.count('name="spare"') == 60
    assert 'value="vandalism"' in html and "This field is required" not in html
    assert "Looked at 70 pending and approved drawings" in html
    for page in ("admin:datasets_contributor_changelist", "admin:datasets_drawing_changelist"):
        assert PAGE in browser.get(reverse(page)).content.decode()


def test_a_group_goes_by_one_button_but_what_was_spared_and_comes_back_by_one(browser: Client) -> None:
    attack("cafe", 30)
    [proposal] = proposals(browser)
    spared = proposal.group.drawings[0]
    response = browser.post(PAGE, {"only": proposal.ids, "spare": [spared], "reason": "scribbles"}, follow=True)
    decision = Decision.objects.get()
    assert (decision.action, decision.reason, decision.actor.username) == ("block", "scribbles", "mo")
    assert Drawing.objects.filter(status="rejected").count() == len(proposal.group.drawings) - 1
    assert Drawing.objects.get(pk=spared).status == "pending"
    assert "Undo" in response.content.decode()
    browser.post(PAGE, {"undo": decision.pk}, follow=True)
    assert not Drawing.objects.filter(status="rejected").exists()
    assert not Contributor.objects.exclude(blocked_at=None).exists()
    assert "Undo" not in browser.get(f"{PAGE}?done={decision.pk}").content.decode()


def test_several_ticked_groups_are_one_decision(browser: Client) -> None:
    attack("cafe", 20)
    attack("bar", 20, minute=300)
    first, second = proposals(browser)
    browser.post(PAGE, {"group": [first.ids, second.ids], "reason": "scribbles"})
    decision = Decision.objects.get()
    assert decision.drawings_count == len(first.group.drawings) + len(second.group.drawings)
    assert proposals(browser) == []


def test_without_a_reason_or_a_choice_nothing_happens(browser: Client) -> None:
    attack("cafe", 20)
    [proposal] = proposals(browser)
    assert "This field is required" in browser.post(PAGE, {"only": proposal.ids, "reason": ""}).content.decode()
    page = browser.post(PAGE, {"reason": "scribbles"}, follow=True)
    assert "Nothing to change" in page.content.decode()
    assert not Decision.objects.exists()


def test_the_page_names_the_versions_that_hold_what_was_rejected(browser: Client) -> None:
    attack("cafe", 20, status="approved")
    version = freeze_version()
    network = make_version("digits", dataset_version=version)
    [proposal] = proposals(browser)
    page = browser.post(PAGE, {"only": proposal.ids, "reason": "scribbles"}, follow=True)
    html = " ".join(page.content.decode().split())
    assert f">{version}</a>" in html and f">{network}</a>" in html
    assert "Retrain without what is rejected" in html


def test_each_proposal_names_the_versions_that_hold_its_drawings(browser: Client) -> None:
    attack("cafe", 20, status="approved")
    version = freeze_version()
    network = make_version("digits", dataset_version=version)
    attack("bar", 30, minute=300)
    response = browser.get(PAGE)
    new, old = response.context["proposals"]
    assert new.containing == []
    assert [(one.version, one.drawings) for one in old.containing] == [(version, len(old.group.drawings))]
    html = " ".join(response.content.decode().split())
    assert html.count("Versions that were made with them") == 1
    section = html.split("<section")[2]
    assert f">{version}</a>" in section and f">{network}</a>" in section
    assert "Retrain without what is rejected" in section


def test_only_who_may_reject_and_block_sees_it(client: Client) -> None:
    user = User.objects.create_user("ann", is_staff=True)
    client.force_login(user)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"only": "1", "reason": "x"}).status_code == 403

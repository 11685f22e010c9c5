"""What a moderator sees of versions in the admin, and what he is offered to do."""

import re

import pytest
from django.urls import reverse

from datasets.models import Room
from tests.training.factories import make_version
from tests.training.measured import drawings_to_test, make_measured
from training.versions import registry

pytestmark = pytest.mark.django_db


def page(client, version) -> str:
    return client.get(reverse("admin:training_modelversion_change", args=[version.pk])).content.decode()


def address(name: str, version) -> str:
    return reverse(f"admin:training_modelversion_{name}", args=[version.pk])


def test_only_what_applies_is_offered(admin_client) -> None:
    first, live, held = make_version(), make_version(), make_version()
    registry.publish(first, reason="first")
    assert address("roll_back", first) not in page(admin_client, first), "nothing was live before"
    registry.publish(live, reason="better")
    shown = page(admin_client, live)
    assert address("roll_back", live) in shown
    assert address("publish", live) not in shown
    shown = page(admin_client, held)
    assert address("publish", held) in shown
    assert address("roll_back", held) not in shown
    assert admin_client.post(address("publish", live), {"reason": "again"}).status_code == 403


def test_rolling_back_is_one_click_on_a_page_that_says_where_to(admin_client) -> None:
    first, second = make_version(), make_version()
    registry.publish(first, reason="first")
    registry.publish(second, reason="better")
    asked = admin_client.get(address("roll_back", second))
    assert "Roll back to digits 1" in asked.content.decode()
    admin_client.post(address("roll_back", second), asked.context["form"].initial)
    assert registry.published("digits") == first


def test_one_click_on_the_page_of_the_live_version_rolls_back_and_is_on_record(admin_client, client) -> None:
    first, second = make_version(), make_version()
    registry.publish(first, reason="first")
    registry.publish(second, reason="better")
    shown = page(admin_client, second)
    form = re.search(rf'<form method="post"\s+action="{address("roll_back", second)}".*?</form>', shown, re.DOTALL)
    assert form and "Roll back to digits 1" in form[0]
    reason = re.search(r'name="reason"\s+value="([^"]+)"', form[0])
    assert reason
    admin_client.post(address("roll_back", second), {"reason": reason[1]})
    assert registry.published("digits") == first
    event = first.publish_events.first()
    assert (event.action, event.actor.username, event.reason) == ("roll-back", "admin", "Rolled back from digits 2")
    assert "Roll back to" not in page(admin_client, first), "nothing was live before it"


def test_lost_drawings_are_shown_when_the_stored_answers_are_gone(admin_client) -> None:
    test = drawings_to_test()
    comparison = {"n": 20, "flip_count": 1, "flips": test.hashes[:1]}
    gate = {"passed": False, "needs_person": False, "reasons": ["why"], "comparison": comparison}
    held = make_measured(test, {0: 7}, metrics={"gate": gate}, predictions_path="gone.npz")
    shown = page(admin_client, held)
    assert "1 of 20 drawings" in shown
    assert shown.count("data:image/png") == 1
    assert "<figcaption>" not in shown


def test_the_settings_of_a_version_are_shown_in_words(admin_client) -> None:
    shown = page(admin_client, make_measured(drawings_to_test()))
    assert '<th scope="row">Rotation</th><td>15.0</td>' in shown
    assert "pen_high" not in shown


def test_who_publishes_a_held_version_sees_why_it_is_held_and_what_would_be_lost(admin_client) -> None:
    test = drawings_to_test()
    comparison = {"n": 20, "flip_count": 2, "flips": [*test.hashes[:2], "f" * 64]}
    gate = {"passed": False, "needs_person": False, "reasons": ["class 4 loses 3.00 points"], "comparison": comparison}
    held = make_measured(test, {0: 7, 1: 7}, metrics={"gate": gate})
    asked = admin_client.get(address("publish", held)).content.decode()
    assert "class 4 loses 3.00 points" in asked
    assert asked.count("data:image/png") == 2
    assert "2 of 20 drawings that the live version reads" in asked
    assert asked.count("<figcaption>0 → 7</figcaption>") == 1, "what it is, and what the held one says"
    assert asked.count("<figcaption>1 → 7</figcaption>") == 1
    admin_client.post(address("publish", held), {"reason": ""})
    assert registry.published("digits") is None
    admin_client.post(address("publish", held), {"reason": "I looked at both"})
    assert registry.published("digits") == held
    assert held.publish_events.get().reason == "I looked at both"


def test_the_card_is_shown_as_html_that_cannot_harm(admin_client) -> None:
    shown = page(admin_client, make_measured(drawings_to_test()))
    assert "<h3>Made of</h3>" in shown
    assert "## Made of" not in shown
    assert "<script>alert(1)" not in shown


def test_rooms_are_kept_apart_from_the_public_site(admin_client) -> None:
    room = Room.objects.create(name="6b", slug="6b")
    public, own = make_version(architecture="public-one"), make_version(room=room, architecture="their-own")
    for version in (public, own):
        registry.publish(version, reason=f"for {version.architecture}")
    for name in ("modelversion", "publishevent"):
        url = reverse(f"admin:training_{name}_changelist")
        shown, of_room = (admin_client.get(url + query).content.decode() for query in ("", f"?room={room.pk}"))
        assert "public-one" in shown and "their-own" not in shown
        assert "their-own" in of_room and "public-one" not in of_room
    assert f"/models/digits/{own.number}" not in page(admin_client, own), "a room's version has no public page"

"""The groups, what they see of the admin, and who may touch whose account."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from datasets.services import report_drawing
from tests.datasets.factories import make_approved, make_drawing

pytestmark = pytest.mark.django_db

INDEX = reverse("admin:index")
QUEUE = reverse("admin:datasets_drawing_changelist")


def somebody(group: str, **fields: Any) -> User:
    user = get_user_model().objects.create_user(f"one-{group}", is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=group))
    return user


def office_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def entries(client: Client) -> set[str]:
    groups = client.get(INDEX).context["sidebar_navigation"]
    return {str(item["title"]) for group in groups for item in group["items"]}


@pytest.mark.parametrize("group", ["contributor", "reviewer"])
def test_contributors_and_reviewers_see_nothing_of_the_admin(group: str) -> None:
    client = office_of(somebody(group))
    assert client.get(QUEUE).status_code == 403
    assert entries(client) == {"What is to be done"}
    assert "may open nothing here" in client.get(INDEX).content.decode()


def test_no_page_is_offered_that_would_refuse() -> None:
    half = get_user_model().objects.create_user("half", is_staff=True)
    half.user_permissions.add(Permission.objects.get(codename="change_contributor"))
    assert "Vandal sweep" not in entries(office_of(half))
    half.user_permissions.add(Permission.objects.get(codename="change_drawing"))
    assert "Vandal sweep" in entries(office_of(half))
    assert office_of(half).get(reverse("admin:datasets_contributor_sweep")).status_code == 200


def test_moderators_see_everything_but_people() -> None:
    client = office_of(somebody("moderator"))
    assert {"Queue", "One by one", "Reported", "Decisions", "Runs", "Model versions", "Schedules"} <= entries(client)
    assert not entries(client) & {"Users", "Groups"}
    assert client.get(reverse("admin:auth_user_changelist")).status_code == 403


def test_administrators_do_what_moderators_do_and_look_after_people() -> None:
    administrator, moderator = somebody("administrator"), somebody("moderator")
    assert administrator.get_all_permissions() > moderator.get_all_permissions()
    assert administrator.has_perm("training.publish_always") and not moderator.has_perm("training.publish_always")
    client = office_of(administrator)
    assert {"Users", "Groups", "Queue"} <= entries(client)
    assert client.get(reverse("admin:auth_user_change", args=[moderator.pk])).status_code == 200
    for address in ("admin:auth_user_changelist", "admin:auth_user_add", "admin:auth_group_changelist"):
        assert client.get(reverse(address)).status_code == 200


def test_who_is_no_superuser_makes_none_and_touches_none() -> None:
    administrator = somebody("administrator")
    boss = get_user_model().objects.create_superuser("boss")
    client = office_of(administrator)
    own = reverse("admin:auth_user_change", args=[administrator.pk])
    form = {"username": administrator.username, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    when = {"date_joined_0": "2026-01-01", "date_joined_1": "12:00"}
    assert client.post(own, form | when).status_code == 302
    administrator.refresh_from_db()
    assert not administrator.is_superuser
    assert client.post(reverse("admin:auth_user_change", args=[boss.pk]), form).status_code == 403
    assert client.post(reverse("admin:auth_user_delete", args=[boss.pk]), {"post": "yes"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[boss.pk])
    assert client.post(password, {"password1": "stolen it is", "password2": "stolen it is"}).status_code == 403


def test_the_first_page_says_what_is_to_be_done() -> None:
    make_drawing()
    report_drawing(make_approved(), reason="other")
    groups = dict(office_of(somebody("moderator")).get(INDEX).context["groups"])
    shown = {card.title: (card.value, card.is_urgent) for card in groups["Drawings"]}
    assert shown == {
        "Pending": ("1", False),
        "Reported": ("1", True),
        "Disputed": ("0", False),
        "Not read yet": ("1", False),
    }
    assert [card.value for card in groups["Networks"]] == ["0", "none", "none"]

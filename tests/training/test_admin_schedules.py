"""What a moderator does with schedules: in words, and only with those of retraining."""

import re
from datetime import time

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import NoReverseMatch, reverse
from django.utils.html import strip_tags

from training.models import Schedule, TrainingRun
from training.runs import schedules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sent")]
LIST = "admin:training_schedule_changelist"
ADD = "admin:training_schedule_add"


@pytest.fixture
def moderator(client):
    user = get_user_model().objects.create_user("mo", is_staff=True)
    user.groups.add(Group.objects.get(name="moderator"))
    client.force_login(user)
    return client


def form(**values) -> dict:
    usual = {"name": "Weekly", "enabled": "on", "kind": "at-times", "days": ["6"], "time": "03:00", "threshold": ""}
    settings = {"networks": "both", "architecture": "small", "publish": "ask", "when_busy": "skip"}
    return {**usual, **settings, **values}


def text_of(response) -> str:
    return re.sub(r"\s+", " ", strip_tags(response.content.decode()))


def test_the_two_schedules_that_come_along_are_switched_off_and_in_words(moderator) -> None:
    page = text_of(moderator.get(reverse(LIST)))
    assert "Every Sunday at 03:00: retrain both networks with the architecture light" in page
    assert "When 500 new drawings have been approved since the data of the last run" in page
    assert "switched off" in page
    assert [schedule.enabled for schedule in Schedule.objects.all()] == [False, False]


def test_what_the_site_does_for_itself_is_not_among_them(moderator) -> None:
    page = text_of(moderator.get(reverse("admin:index")))
    assert "Schedules" in page
    for hidden in ("Periodic", "Crontab", "Interval"):
        assert hidden not in page
    with pytest.raises(NoReverseMatch):
        reverse("admin:django_celery_beat_periodictask_changelist")


def test_a_schedule_is_made_changed_and_deleted_in_words(moderator) -> None:
    answer = moderator.post(reverse(ADD), form(days=["2", "6"], time="14:30", epochs="2", rotation="9"), follow=True)
    page = text_of(answer)
    assert (
        "Every Wednesday and Sunday at 14:30: retrain both networks with the architecture small and ask before "
        "anything is published. If a run is active at that time, this one is left out."
    ) in page
    schedule = Schedule.objects.get(name="Weekly")
    assert (schedule.config["epochs"], schedule.config["augmentation"]["rotation"]) == (2, 9)
    assert schedule.created_by.username == "mo"
    change = reverse("admin:training_schedule_change", args=[schedule.pk])
    assert 'value="14:30"' in moderator.get(change).content.decode()
    moderator.post(change, form(kind="when-enough", threshold="40", networks="digits", time="", days=[]))
    schedule.refresh_from_db()
    assert (schedule.kind, schedule.threshold, schedule.networks) == ("when-enough", 40, ["digits"])
    assert "0 of 40 drawings so far; looked at every 5 minutes" in text_of(moderator.get(reverse(LIST)))
    moderator.post(reverse("admin:training_schedule_delete", args=[schedule.pk]), {"post": "yes"})
    assert not Schedule.objects.filter(pk=schedule.pk).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"days": []}, "days"),
        ({"time": ""}, "time"),
        ({"kind": "when-enough"}, "threshold"),
        ({"publish": "always"}, "publish"),
        ({"epochs": "0"}, "epochs"),
        ({"name": "Retrain both networks every Sunday at 03:00"}, "name"),
    ],
)
def test_what_could_not_be_followed_is_shown_again_and_not_saved(moderator, wrong: dict, field: str) -> None:
    response = moderator.post(reverse(ADD), form(**wrong))
    assert list(response.context["form"].errors) == [field]
    assert Schedule.objects.count() == 2


def test_the_list_says_what_came_of_it(moderator) -> None:
    schedule = schedules.save(
        Schedule(name="a", days=[6], time=time(3), networks=["digits"], architecture="small", publish="ask")
    )
    schedules.follow(schedule.pk, "00000000-0000-0000-0000-000000000001")
    run = TrainingRun.objects.get()
    assert f"started digits, run {run.pk}. digits, run {run.pk}: queued" in text_of(moderator.get(reverse(LIST)))
    TrainingRun.objects.update(state="succeeded", outcome="digits 3 held for a person to decide")
    assert "digits 3 held for a person to decide" in text_of(moderator.get(reverse(LIST)))


def test_who_may_not_edit_schedules_sees_no_form(client) -> None:
    client.force_login(get_user_model().objects.create_user("reader", is_staff=True))
    assert client.get(reverse(ADD)).status_code == 403
    assert client.post(reverse(ADD), form()).status_code == 403
    assert Schedule.objects.count() == 2

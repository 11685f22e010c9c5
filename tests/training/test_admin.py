"""What a moderator does with runs, versions and schedules in the admin."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from tests.training.factories import make_version
from training import services
from training.models import PublishEvent, TrainingRun
from training.runs import queue
from training.versions import registry

pytestmark = pytest.mark.django_db
RETRAIN = "admin:training_trainingrun_retrain"


@pytest.fixture(autouse=True)
def no_broker(monkeypatch) -> None:
    monkeypatch.setattr(queue, "_send", lambda task, pk: None)


def form(**values) -> dict:
    """Return what a browser sends when nothing but these was changed."""
    return {
        "networks": "both",
        "publish": "if_better",
        "architecture": "small",
        "start_from": "scratch",
        "epochs": 2,
        "copies": 1,
        "batch_size": 64,
        "learning_rate": 0.001,
        "seed": 7,
        **values,
    }


def test_retraining_both_starts_two_runs_with_the_chosen_settings(admin_client) -> None:
    response = admin_client.post(reverse(RETRAIN), form(publish="always"), follow=True)
    assert "Started" in response.content.decode()
    digits, other = TrainingRun.objects.order_by("pk")
    assert (digits.network, other.network, other.after) == ("digits", "digit-or-not", digits)
    assert (digits.config["epochs"], digits.config["seed"], digits.publish) == (2, 7, "always")
    assert digits.created_by.username == "admin"


def test_somebody_with_a_long_name_starts_a_run(client) -> None:
    client.force_login(get_user_model().objects.create_superuser("n" * 150))
    client.post(reverse(RETRAIN), form())
    assert {run.created_by.username for run in TrainingRun.objects.all()} == {"n" * 150}


@pytest.mark.parametrize("network", ["digits", "digit-or-not"])
def test_one_network_can_be_retrained_alone(admin_client, network: str) -> None:
    admin_client.post(reverse(RETRAIN), form(networks=network))
    assert [run.network for run in TrainingRun.objects.all()] == [network]


@pytest.mark.parametrize(
    "wrong",
    [{"epochs": 0}, {"epochs": "many"}, {"networks": "letters"}, {"sources": ["nowhere"]}, {"learning_rate": 9}],
)
def test_wrong_settings_start_nothing_and_are_shown_again(admin_client, wrong: dict) -> None:
    response = admin_client.post(reverse(RETRAIN), form(**wrong))
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == wrong.keys()
    assert not TrainingRun.objects.exists()


def test_a_moderator_without_the_permission_cannot_publish_without_the_comparison(client) -> None:
    moderator = get_user_model().objects.create_user("mod", is_staff=True)
    for name in ("add_trainingrun", "view_trainingrun"):
        moderator.user_permissions.add(Permission.objects.get(codename=name))
    client.force_login(moderator)
    assert "always" not in client.get(reverse(RETRAIN)).content.decode()
    client.post(reverse(RETRAIN), form(publish="always"))
    assert not TrainingRun.objects.exists()
    client.post(reverse(RETRAIN), form())
    assert TrainingRun.objects.count() == 2


def test_somebody_who_may_only_read_cannot_start_or_cancel(client) -> None:
    reader = get_user_model().objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_trainingrun"))
    client.force_login(reader)
    run = services.start_run("digits")
    assert client.post(reverse(RETRAIN), form()).status_code == 403
    assert client.post(reverse("admin:training_trainingrun_cancel", args=[run.pk])).status_code == 403
    run.refresh_from_db()
    assert run.is_active


def test_a_run_is_cancelled_by_a_button_not_by_a_link(admin_client) -> None:
    run = services.start_run("digits")
    url = reverse("admin:training_trainingrun_cancel", args=[run.pk])
    assert admin_client.get(url).status_code == 200
    run.refresh_from_db()
    assert run.is_active
    admin_client.post(url)
    run.refresh_from_db()
    assert run.state == TrainingRun.State.CANCELLED


def test_a_run_that_has_ended_can_be_run_again(admin_client) -> None:
    run = services.start_run("digits")
    url = reverse("admin:training_trainingrun_retry", args=[run.pk])
    admin_client.post(url)
    assert TrainingRun.objects.count() == 1, "it is still active"
    services.cancel_run(run)
    admin_client.post(url)
    assert TrainingRun.objects.count() == 2


def test_the_page_of_a_run_shows_its_epochs_and_its_error(admin_client) -> None:
    figures = {
        "epoch": 1,
        "loss": 0.5,
        "accuracy": 0.91,
        "validation_loss": 0.4,
        "validation_accuracy": 0.876,
        "seconds": 3,
    }
    run = TrainingRun.objects.create(
        network="digits", architecture="small", state="failed", history=[figures], error="too few drawings of class 4"
    )
    page = admin_client.get(reverse("admin:training_trainingrun_change", args=[run.pk])).content.decode()
    assert "87.60%" in page
    assert "too few drawings of class 4" in page
    assert 'name="_save"' not in page


def test_who_publishes_from_a_page_that_is_out_of_date_is_told_what_is_live_meanwhile(admin_client) -> None:
    first, second, third = make_version(), make_version(), make_version()
    registry.publish(first, reason="start")
    publish = reverse("admin:training_modelversion_publish", args=[second.pk])
    carried = dict(admin_client.get(publish).context["carried"])
    registry.publish(third, reason="somebody was faster")
    again = admin_client.post(publish, {"reason": "it reads better", **carried})
    assert f"meanwhile {third} was published" in again.content.decode()
    assert registry.published("digits") == third
    admin_client.post(publish, {"reason": "it reads better still", **dict(again.context["carried"])})
    assert registry.published("digits") == second


def test_publishing_and_rolling_back_need_a_reason_and_are_on_record(admin_client) -> None:
    first, second = make_version(), make_version()
    registry.publish(first, reason="start")
    publish = reverse("admin:training_modelversion_publish", args=[second.pk])
    admin_client.post(publish, {"reason": ""})
    assert registry.published("digits") == first
    admin_client.post(publish, {"reason": "I looked at the flips"})
    assert registry.published("digits") == second
    admin_client.post(reverse("admin:training_modelversion_roll_back", args=[second.pk]), {"reason": "sevens"})
    assert registry.published("digits") == first
    event = PublishEvent.objects.first()
    assert (event.actor.username, event.reason, event.action) == ("admin", "sevens", "roll-back")


def test_versions_are_listed_with_their_figures(admin_client) -> None:
    figures = {"n": 40, "accuracy": 0.975, "accuracy_interval": [0.9, 0.99]}
    metrics = {**figures, "classes": ["0", "1"], "confusion": [[19, 1], [0, 20]]}
    version = make_version(metrics=metrics)
    assert "97.50%" in admin_client.get(reverse("admin:training_modelversion_changelist")).content.decode()
    page = admin_client.get(reverse("admin:training_modelversion_change", args=[version.pk])).content.decode()
    assert re.search(r"data-shade=\"5\">\s*<a [^>]*>19</a>", page)


@pytest.mark.parametrize("text", ["abc", "²", "9" * 30, "9" * 5000])
def test_at_an_address_without_an_id_there_is_nothing(admin_client, text: str) -> None:
    for action in ("cancel", "retry", "tensorboard"):
        address = reverse(f"admin:training_trainingrun_{action}", args=[text])
        assert admin_client.get(address).status_code in (403, 404), action
    for action in ("publish", "roll_back"):
        address = reverse(f"admin:training_modelversion_{action}", args=[text])
        assert admin_client.get(address).status_code in (403, 404), action
    for model, status in {"trainingrun": 302, "modelversion": 302, "schedule": 404}.items():
        assert admin_client.get(reverse(f"admin:training_{model}_change", args=[text])).status_code == status, model
    assert admin_client.get(reverse(RETRAIN), {"like": text}).context["title"] == "Retrain"


@pytest.fixture
def member(client):
    """Return the browser of somebody who is in the group of moderators and may do nothing else."""
    user = get_user_model().objects.create_user("mo", is_staff=True)
    user.groups.add(Group.objects.get(name="moderator"))
    client.force_login(user)
    return client


def test_a_member_of_the_group_starts_a_run_but_not_one_that_is_published_unseen(member) -> None:
    member.post(reverse(RETRAIN), form(publish="always"))
    assert not TrainingRun.objects.exists()
    member.post(reverse(RETRAIN), form())
    assert TrainingRun.objects.count() == 2
    assert {run.created_by.username for run in TrainingRun.objects.all()} == {"mo"}


def test_a_member_of_the_group_publishes_with_a_reason(member) -> None:
    version = make_version()
    member.post(reverse("admin:training_modelversion_publish", args=[version.pk]), {"reason": "I looked"})
    assert registry.published("digits") == version


@pytest.mark.parametrize(
    "name",
    [
        "training_trainingrun",
        "training_modelversion",
        "training_publishevent",
        "training_schedule",
    ],
)
def test_a_member_of_the_group_sees_every_list(member, name: str) -> None:
    assert member.get(reverse(f"admin:{name}_changelist")).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["training_trainingrun", "training_modelversion", "training_publishevent", "training_schedule"],
)
def test_every_list_opens(admin_client, name: str) -> None:
    services.start_run("digits")
    registry.publish(make_version(), reason="start")
    assert admin_client.get(reverse(f"admin:{name}_changelist")).status_code == 200

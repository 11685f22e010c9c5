"""Starting, waiting, cancelling, retrying: what becomes of the rows, and what the workers are told."""

import uuid

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError

from datasets.errors import Conflict, InvalidInput, NotAllowed
from datasets.models import DatasetVersion
from training import services
from training.errors import UnknownArchitecture
from training.models import AugmentationShard, TrainingRun

State = TrainingRun.State
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]


def state_of(run: TrainingRun) -> str:
    run.refresh_from_db()
    return run.state


def test_a_run_is_queued_and_its_id_sent(sent) -> None:
    run = services.start_run("digits")
    assert (run.state, sent) == (State.QUEUED, [("prepare_run", run.pk)])


def test_what_started_a_run_may_have_a_longer_name_than_is_kept() -> None:
    name = "n" * 150
    run = services.start_run("digits", trigger=name)
    assert TrainingRun.objects.get(pk=run.pk).trigger == name[:80]
    assert run.lines.first().text == f"created by {name}"


def test_a_second_run_of_a_network_waits_until_the_first_has_ended(sent) -> None:
    first, second = services.start_run("digits"), services.start_run("digits")
    assert second.state == State.WAITING
    services.cancel_run(first)
    assert state_of(second) == State.QUEUED
    assert sent == [("prepare_run", first.pk), ("prepare_run", second.pk)]


def test_retraining_both_starts_digit_or_not_when_digits_has_ended() -> None:
    digits, other = services.retrain(["digit-or-not", "digits"])
    assert (digits.network, other.network) == ("digits", "digit-or-not")
    assert (digits.state, other.state) == (State.QUEUED, State.WAITING)
    services.cancel_run(digits)
    assert state_of(other) == State.QUEUED


def test_cancelling_the_first_of_both_can_take_the_second_along() -> None:
    digits, other = services.retrain(["digit-or-not", "digits"])
    services.cancel_run(digits, followers=True)
    assert (state_of(digits), state_of(other)) == (State.CANCELLED, State.CANCELLED)


def test_networks_do_not_wait_for_each_other_when_started_alone() -> None:
    assert services.start_run("digits").state == services.start_run("digit-or-not").state == State.QUEUED


def test_a_cancelled_run_says_so_at_once_and_loses_its_parts() -> None:
    run = services.start_run("digits")
    TrainingRun.objects.filter(pk=run.pk).update(state=State.AUGMENTING)
    AugmentationShard.objects.create(run=run, index=0, first_position=0, last_position=9)
    assert services.cancel_run(run)
    assert state_of(run) == State.CANCELLED
    assert run.ended_at is not None
    assert not run.shards.exists()
    assert not services.cancel_run(run)


def test_a_retry_keeps_the_data_the_settings_and_the_seed() -> None:
    dataset = DatasetVersion.objects.create(number=1, manifest_sha256="0" * 64)
    run = services.start_run("digits", architecture="small", dataset_version=dataset)
    with pytest.raises(Conflict, match="received one that is queued"):
        services.retry_run(run)
    services.cancel_run(run)
    again = services.retry_run(run)
    assert (again.dataset_version, again.config, again.architecture) == (dataset, run.config, "small")
    assert again.state == State.QUEUED


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"network": "letters"}, InvalidInput),
        ({"network": "digits", "architecture": "enormous"}, UnknownArchitecture),
        ({"network": "digits", "publish": "maybe"}, InvalidInput),
        ({"network": "digits", "start_from": "yesterday"}, InvalidInput),
    ],
)
def test_what_is_unknown_is_refused_and_leaves_no_run(arguments, error) -> None:
    with pytest.raises(error, match=r"expected .* received"):
        services.start_run(**arguments)
    assert not TrainingRun.objects.exists()


def test_publishing_without_the_comparison_needs_the_permission() -> None:
    user = get_user_model().objects.create_user("moderator")
    with pytest.raises(NotAllowed):
        services.start_run("digits", publish="always", actor=user)
    root = get_user_model().objects.create_superuser("root")
    assert services.start_run("digits", publish="always", actor=root).publish == "always"


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "fitting"}, "run_has_an_owner_while_worked_on"),
        ({"state": "failed", "owner": uuid.uuid4()}, "run_has_an_owner_while_worked_on"),
        ({"state": "queued"}, "one_started_run_per_network"),
    ],
)
def test_the_database_refuses_a_run_in_an_impossible_state(sent, values, constraint) -> None:
    services.start_run("digits")
    waiting = services.start_run("digits")
    with pytest.raises(IntegrityError, match=constraint):
        TrainingRun.objects.filter(pk=waiting.pk).update(**values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "running"}, "shard_has_an_owner_while_worked_on"),
        ({"state": "done"}, "done_shard_names_its_file"),
    ],
)
def test_the_database_refuses_a_shard_in_an_impossible_state(sent, values, constraint) -> None:
    run = services.start_run("digits")
    with pytest.raises(IntegrityError, match=constraint):
        AugmentationShard.objects.create(run=run, index=0, first_position=0, last_position=9, **values)

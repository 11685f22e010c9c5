"""Workers that die, messages that get lost: every run comes to an end."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from training.augmenting.shards import shards_of
from training.models import AugmentationShard, TrainingRun
from training.runs import reaper, workers
from training.versions import artifacts

State = TrainingRun.State
ShardState = AugmentationShard.State
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]


def make_run(state: str, *, seconds_ago: float, **fields) -> TrainingRun:
    return TrainingRun.objects.create(
        **{
            "network": "digits",
            "architecture": "small",
            "state": state,
            "owner": uuid.uuid4() if state in reaper.TAKEN_BACK else None,
            "heartbeat_at": timezone.now() - timedelta(seconds=seconds_ago),
            **fields,
        }
    )


def make_shard(run: TrainingRun, index: int, state: str, *, seconds_ago: float = 0, attempts: int = 1):
    return AugmentationShard.objects.create(
        run=run,
        index=index,
        first_position=index,
        last_position=index,
        state=state,
        owner=uuid.uuid4() if state == ShardState.RUNNING else None,
        path=f"part-{index}.npz" if state == ShardState.DONE else "",
        sha256="0" * 64 if state == ShardState.DONE else "",
        attempts=attempts,
        heartbeat_at=timezone.now() - timedelta(seconds=seconds_ago),
    )


@pytest.mark.parametrize(
    ("state", "before", "message"),
    [(State.PREPARING, State.QUEUED, "prepare_run"), (State.FITTING, State.AUGMENTED, "execute_run")],
)
def test_a_dead_workers_run_is_handed_out_again(sent, state, before, message) -> None:
    run = make_run(state, seconds_ago=60, owner=uuid.uuid4(), attempts=1)
    reaper.reap()
    run.refresh_from_db()
    assert (run.state, run.owner, sent) == (before, None, [(message, run.pk)])


def test_a_living_workers_run_is_left_alone(sent) -> None:
    owner = uuid.uuid4()
    run = make_run(State.FITTING, seconds_ago=1, owner=owner, attempts=1)
    reaper.reap()
    run.refresh_from_db()
    assert (run.state, run.owner, sent) == (State.FITTING, owner, [])


def test_a_run_that_kills_its_workers_fails_and_says_so(settings) -> None:
    run = make_run(State.FITTING, seconds_ago=60, attempts=settings.RUN_MAX_ATTEMPTS, worker="host:1")
    reaper.reap()
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert "host:1" in run.error
    for text in (run.error, run.outcome):
        assert f"{settings.RUN_MAX_ATTEMPTS} times without getting further" in text
        assert "probably ran out of memory" in text
        assert f"longer than {settings.CELERY_TASK_TIME_LIMIT / 3600:.0f} hours" in text
    assert "host" not in run.outcome, "the outcome is for everybody"


@pytest.mark.parametrize("state", [State.QUEUED, State.PREPARING, State.AUGMENTING, State.AUGMENTED, State.FITTING])
def test_a_foreground_run_whose_command_is_gone_fails_whatever_it_did(sent, state) -> None:
    run = make_run(state, seconds_ago=60, foreground=True, attempts=1)
    follower = make_run(State.WAITING, seconds_ago=0)
    reaper.reap()
    run.refresh_from_db()
    follower.refresh_from_db()
    assert (run.state, follower.state) == (State.FAILED, State.QUEUED)
    assert sent == [("prepare_run", follower.pk)]


def test_a_foreground_run_that_never_got_to_work_fails(sent) -> None:
    run = make_run(State.QUEUED, seconds_ago=0, foreground=True)
    TrainingRun.objects.filter(pk=run.pk).update(heartbeat_at=None)
    reaper.reap()
    run.refresh_from_db()
    assert run.state == State.FAILED


def test_a_foreground_run_whose_command_is_alive_is_left_alone(sent) -> None:
    run = make_run(State.AUGMENTING, seconds_ago=1, foreground=True)
    reaper.reap()
    run.refresh_from_db()
    assert (run.state, sent) == (State.AUGMENTING, [])


def test_parts_that_a_run_has_left_behind_are_removed() -> None:
    run = make_run(State.CANCELLED, seconds_ago=reaper.DISCARD_AGAIN_SECONDS)
    make_shard(run, 0, ShardState.QUEUED)
    reaper.reap()
    assert not AugmentationShard.objects.exists()


def test_storage_that_cannot_delete_holds_up_nothing_else_and_is_asked_again_later(monkeypatch, caplog, sent) -> None:
    long_ago = reaper.DISCARD_AGAIN_SECONDS
    stuck, other = [make_run(State.FAILED, seconds_ago=long_ago) for _ in range(2)]
    for run in (stuck, other):
        make_shard(run, 0, ShardState.QUEUED)
    waiting = make_run(State.WAITING, seconds_ago=0)
    asked: list[str] = []

    def delete_folder(path: str) -> None:
        asked.append(path)
        if path == shards_of(stuck):
            raise OSError("AccessDenied")

    monkeypatch.setattr(artifacts, "delete_folder", delete_folder)
    reaper.reap()
    reaper.reap()
    waiting.refresh_from_db()
    assert waiting.state == State.QUEUED
    assert (stuck.shards.count(), other.shards.count()) == (1, 0)
    assert asked.count(shards_of(stuck)) == caplog.text.count("AccessDenied") == 1
    TrainingRun.objects.filter(pk=stuck.pk).update(heartbeat_at=timezone.now() - timedelta(seconds=long_ago))
    monkeypatch.setattr(artifacts, "delete_folder", asked.append)
    reaper.reap()
    assert not stuck.shards.exists()


def test_a_lost_message_is_sent_again_after_a_while(sent) -> None:
    fresh = make_run(State.QUEUED, seconds_ago=5, network="digit-or-not")
    forgotten = make_run(State.AUGMENTED, seconds_ago=120)
    reaper.reap()
    reaper.reap()
    assert sent == [("execute_run", forgotten.pk)], fresh


def test_a_dead_workers_part_is_handed_out_again(sent) -> None:
    run = make_run(State.AUGMENTING, seconds_ago=0)
    make_shard(run, 0, ShardState.DONE)
    dead = make_shard(run, 1, ShardState.RUNNING, seconds_ago=60)
    reaper.reap()
    dead.refresh_from_db()
    assert (dead.state, sent) == (ShardState.QUEUED, [("augment_shard", dead.pk)])


def test_a_part_that_kills_its_workers_ends_the_run_and_workers_that_die_over_several_parts_do_not(settings) -> None:
    run = make_run(State.AUGMENTING, seconds_ago=0)
    for index in range(settings.RUN_MAX_ATTEMPTS):
        make_shard(run, index, ShardState.RUNNING, seconds_ago=60, attempts=settings.RUN_MAX_ATTEMPTS - 1)
    reaper.reap()
    run.refresh_from_db()
    assert run.state == State.AUGMENTING
    last = run.shards.filter(index=1)
    long_ago = timezone.now() - timedelta(seconds=60)
    last.update(state=ShardState.RUNNING, owner=uuid.uuid4(), attempts=settings.RUN_MAX_ATTEMPTS, heartbeat_at=long_ago)
    reaper.reap()
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert run.error.endswith("over augmentation part 2"), "as its log counts them"


def test_a_run_whose_last_finisher_died_goes_on(sent) -> None:
    run = make_run(State.AUGMENTING, seconds_ago=0)
    make_shard(run, 0, ShardState.DONE)
    reaper.reap()
    run.refresh_from_db()
    assert (run.state, sent) == (State.AUGMENTED, [("execute_run", run.pk)])


def test_two_reapers_hand_a_run_out_once(sent) -> None:
    run = make_run(State.FITTING, seconds_ago=60, owner=uuid.uuid4(), attempts=1)
    stale_view = TrainingRun.objects.get(pk=run.pk)
    reaper.reap()
    reaper._take_back_run(stale_view)
    assert sent == [("execute_run", run.pk)]


@pytest.mark.parametrize(
    ("state", "queues", "words"),
    [
        (State.AUGMENTED, {"default", "augmentation"}, "no worker listening on the queue 'training'"),
        (State.QUEUED, {"default", "training"}, "no worker listening on the queue 'augmentation'"),
        (State.QUEUED, None, "the broker (Redis) cannot be reached"),
        (State.AUGMENTED, {"training"}, ""),
    ],
)
def test_a_run_that_nobody_takes_up_says_why(monkeypatch, state, queues, words) -> None:
    monkeypatch.setattr(reaper, "queues_listened_to", lambda: queues)
    long_ago = timezone.now() - timedelta(seconds=30)
    run = make_run(state, seconds_ago=5, state_since=long_ago, obstacle="what was before")
    fresh = make_run(state, seconds_ago=5, state_since=timezone.now(), network="digit-or-not")
    reaper.reap()
    run.refresh_from_db()
    fresh.refresh_from_db()
    assert run.obstacle[: len(words) or None] == words
    assert fresh.obstacle == ""


def test_workers_are_not_asked_while_nobody_waits(monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(reaper, "queues_listened_to", lambda: asked.append("workers") or set())
    long_ago = timezone.now() - timedelta(seconds=30)
    make_run(State.FITTING, seconds_ago=1, state_since=long_ago)
    run = make_run(State.AUGMENTING, seconds_ago=1, state_since=long_ago, network="digit-or-not")
    make_shard(run, 0, ShardState.RUNNING)
    reaper.reap()
    assert asked == []


def test_a_real_broker_without_workers_is_listened_to_by_nobody() -> None:
    assert workers.queues_listened_to() == set()

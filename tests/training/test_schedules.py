"""What schedules start, when, and what they say about it."""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from celery import current_app
from django.db import IntegrityError
from django.utils import timezone
from django_celery_beat.models import PeriodicTask, PeriodicTasks
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry
from django_celery_beat.tzcrontab import TzAwareCrontab

from datasets.errors import InvalidInput
from datasets.models import DatasetVersion
from tests.training.factories import make_drawing
from training import services
from training.models import Schedule, TrainingRun
from training.runs import schedules

State = TrainingRun.State
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sent")]
SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SUNDAY_AT_THREE = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


def make_schedule(**fields) -> Schedule:
    values = {"name": "one", "days": [6], "time": time(3), "networks": ["digits"], "architecture": "small", **fields}
    return schedules.save(Schedule(**values))


def when_enough(threshold: int, **fields) -> Schedule:
    return make_schedule(kind="when-enough", threshold=threshold, days=[], time=None, **fields)


def follow(schedule: Schedule, delivery: uuid.UUID | None = None) -> list[TrainingRun]:
    runs = schedules.follow(schedule.pk, delivery or uuid.uuid4())
    schedule.refresh_from_db()
    return runs


@pytest.fixture
def at(monkeypatch) -> Callable[[datetime], None]:
    """Set the clock, for us and for beat."""

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)
        monkeypatch.setattr(TzAwareCrontab, "nowfunc", lambda crontab: moment.astimezone(crontab.tz))

    set_clock(SATURDAY)
    return set_clock


def entry_of(schedule: Schedule) -> PeriodicTask:
    return PeriodicTask.objects.get(pk=schedule.periodic_task_id)


def has_run(schedule: Schedule, moment: datetime) -> Schedule:
    """Let beat have sent the schedule's task then."""
    PeriodicTask.objects.filter(pk=schedule.periodic_task_id).update(last_run_at=moment)
    return schedule


def is_sent(schedule: Schedule) -> bool:
    """Whether beat would send the schedule's task now."""
    return bool(ModelEntry(entry_of(schedule)).is_due().is_due)


def approve(labels: str) -> None:
    for label in labels:
        make_drawing(label, decided_at=timezone.now())


def test_a_schedule_sets_the_clock_of_beat() -> None:
    schedule = make_schedule(days=[6, 2], time=time(14, 30))
    entry = schedule.periodic_task
    assert (entry.task, json.loads(entry.args), entry.enabled) == (schedules.TASK, [schedule.pk], True)
    crontab = entry.crontab
    assert (crontab.minute, crontab.hour, crontab.day_of_week) == ("30", "14", "3,0")
    schedule.enabled = False
    schedules.save(schedule)
    entry.refresh_from_db()
    assert not entry.enabled
    schedules.delete(schedule)
    assert not PeriodicTask.objects.filter(pk=entry.pk).exists()


def test_the_clock_of_beat_follows_the_time_zone_of_the_site(settings) -> None:
    settings.TIME_ZONE = "UTC"
    schedule, unchanged = make_schedule(time=time(3)), make_schedule(name="two", time=time(4))
    other = when_enough(5, name="three")
    settings.TIME_ZONE = "Europe/Berlin"
    schedules.save(unchanged)
    before = PeriodicTasks.last_change()
    schedules.follow_time_zone()
    crontabs = [PeriodicTask.objects.get(pk=each.periodic_task_id).crontab for each in (schedule, unchanged, other)]
    assert [crontab and (crontab.hour, str(crontab.timezone)) for crontab in crontabs] == [
        ("3", "Europe/Berlin"),
        ("4", "Europe/Berlin"),
        None,
    ]
    changed = PeriodicTasks.last_change()
    assert changed != before, "beat has to hear of it"
    schedules.follow_time_zone()
    assert PeriodicTasks.last_change() == changed


@pytest.mark.parametrize(
    ("edit", "next_time"),
    [
        ({"days": list(range(7)), "time": time(14)}, datetime(2026, 11, 26, 14, 0, tzinfo=UTC)),
        ({"days": list(range(7)), "time": time(14, 30)}, datetime(2026, 11, 26, 14, 30, tzinfo=UTC)),
        ({"days": [0], "time": time(2)}, datetime(2026, 11, 30, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_schedule_whose_times_are_changed_acts_next_at_the_time_that_is_told(at, edit, next_time) -> None:
    schedule = has_run(make_schedule(), SUNDAY_AT_THREE)
    at(WEDNESDAY)
    for name, value in edit.items():
        setattr(schedule, name, value)
    schedules.save(schedule)
    assert schedules.next_due(schedule).at == next_time
    for hours in range((next_time - WEDNESDAY) // timedelta(hours=1)):
        at(WEDNESDAY + timedelta(hours=hours))
        assert not is_sent(schedule), f"{hours} h later"
    at(next_time)
    assert is_sent(schedule)


def test_a_schedule_whose_time_zone_is_changed_acts_next_at_the_time_that_is_told(at, settings) -> None:
    schedule = has_run(make_schedule(days=list(range(7)), time=time(14, 30)), WEDNESDAY - timedelta(hours=24.5))
    at(WEDNESDAY - timedelta(hours=1))  # in Berlin it is three
    assert not is_sent(schedule)
    settings.TIME_ZONE = "Europe/Berlin"
    schedules.follow_time_zone()
    assert not is_sent(schedule)
    at(datetime(2026, 11, 26, 13, 30, tzinfo=UTC))
    assert is_sent(schedule)


def test_a_schedule_that_is_switched_on_again_acts_next_at_the_time_that_is_told(at) -> None:
    schedule = has_run(make_schedule(), SUNDAY_AT_THREE)
    at(datetime(2026, 11, 28, 12, 0, tzinfo=UTC))
    schedule.enabled = False
    schedules.save(schedule)
    at(datetime(2026, 11, 29, 3, 30, tzinfo=UTC))
    schedule.enabled = True
    schedules.save(schedule)
    assert not is_sent(schedule)
    at(datetime(2026, 12, 6, 3, 0, tzinfo=UTC))
    assert is_sent(schedule)


@pytest.mark.parametrize("ran_before", [True, False])
def test_a_new_name_postpones_nothing_that_is_due(at, ran_before) -> None:
    schedule = make_schedule()
    PeriodicTask.objects.update(last_run_at=SUNDAY_AT_THREE - timedelta(days=7) if ran_before else None)
    at(SUNDAY_AT_THREE + timedelta(seconds=2))
    schedule.name = "another"
    schedules.save(schedule)
    assert is_sent(schedule)


def test_a_time_that_was_missed_is_made_up_for_within_an_hour_and_not_later(at) -> None:
    schedule = make_schedule()
    for minutes, is_made_up_for in ((0, True), (59, True), (61, False), (15 * 60, False)):
        at(SUNDAY_AT_THREE + timedelta(minutes=minutes))
        assert is_sent(schedule) == is_made_up_for, minutes
    at(SUNDAY_AT_THREE + timedelta(days=7))
    assert is_sent(schedule)


@pytest.mark.django_db(transaction=True)  # beat looks for lost connections
def test_what_beat_sends_expires_and_is_written_down_at_once(monkeypatch) -> None:
    schedule = when_enough(5)
    options: list[dict] = []
    monkeypatch.setattr(current_app, "send_task", lambda *args, **given: options.append(given))
    current_app.loader.import_default_modules()
    beat = DatabaseScheduler(app=current_app, lazy=True)
    beat._finalize.cancel()  # at the end of the process there is no database
    beat._do_sync()  # the next one would be in three minutes
    entry = beat.schedule[entry_of(schedule).name]
    before = timezone.now()
    beat.reserve(entry)
    beat.apply_entry(entry)
    assert [given["expires"] for given in options] == [3600]
    assert entry_of(schedule).last_run_at >= before


def test_what_could_not_be_followed_is_not_saved() -> None:
    for wrong in ({"networks": ["letters"]}, {"networks": []}, {"days": []}, {"config": {"epochs": 0}}):
        with pytest.raises(InvalidInput, match=r"expected .* received"):
            make_schedule(**wrong)
    with pytest.raises(IntegrityError):
        make_schedule(publish="always")


def test_a_message_that_is_delivered_twice_starts_its_runs_once() -> None:
    schedule = make_schedule(networks=["digits", "digit-or-not"], config={"epochs": 2}, publish="ask")
    delivery = uuid.uuid4()
    digits, other = follow(schedule, delivery)
    assert follow(schedule, delivery) == []
    assert (digits.config["epochs"], digits.publish, digits.architecture, other.after) == (2, "ask", "small", digits)
    assert (digits.schedule, digits.trigger) == (schedule, "the schedule: one")
    assert schedule.last_result == f"started digits, run {digits.pk} and digit-or-not, run {other.pk}"


def test_a_schedule_that_is_switched_off_starts_nothing() -> None:
    assert follow(make_schedule(enabled=False)) == []


def test_while_a_run_is_active_the_next_waits_or_is_skipped_as_set() -> None:
    first = services.start_run("digits")
    patient = make_schedule(when_busy="wait")
    (waiting,) = follow(patient)
    assert waiting.state == State.WAITING
    assert follow(patient) == [], "one that waits is enough"
    assert patient.last_result == f"skipped, as {waiting} of this schedule was still waiting"
    skipping = make_schedule(name="two", when_busy="skip")
    assert follow(skipping) == []
    assert skipping.last_result == f"skipped, as {first} was active"


def test_enough_new_drawings_start_a_run_once() -> None:
    schedule = when_enough(4)
    approve("012")
    assert follow(schedule) == []
    assert schedule.last_at is None, "looking is nothing to tell about"
    approve("3")
    (run,) = follow(schedule)
    assert follow(schedule) == [], "one is active"
    services.cancel_run(run)
    assert follow(schedule) == [], "a run was started for these four"
    approve("4567")
    assert follow(when_enough(4, name="elsewhere", sources=["elsewhere"])) == []
    assert len(follow(schedule)) == 1


def test_new_means_since_the_data_of_the_last_run_not_since_the_run() -> None:
    approve("01")
    before = timezone.now()
    approve("23")
    run = services.start_run("digits")
    TrainingRun.objects.filter(pk=run.pk).update(data_as_of=before, state=State.SUCCEEDED)
    assert schedules.approved_since_last_run(when_enough(9)) == 2
    assert schedules.approved_since_last_run(when_enough(9, name="b", networks=["digits", "digit-or-not"])) == 4


def test_a_run_repeated_with_old_data_does_not_make_the_drawings_new_again() -> None:
    approve("01")
    old = DatasetVersion.objects.create(number=1, manifest_sha256="0" * 64)
    DatasetVersion.objects.filter(pk=old.pk).update(created_at=SATURDAY)
    for version, moment in ((None, timezone.now()), (old, SATURDAY)):
        run = services.start_run("digits", dataset_version=version)
        TrainingRun.objects.filter(pk=run.pk).update(data_as_of=moment, state=State.SUCCEEDED)
    assert schedules.approved_since_last_run(when_enough(9)) == 0


def test_a_run_that_lacks_a_source_of_the_schedule_does_not_count() -> None:
    approve("01")
    everything, site = when_enough(9), when_enough(9, name="site", sources=["test"])
    for sources in (["mnist"], ["test", "mnist"]):
        run = services.start_run("digits", sources=sources)
        TrainingRun.objects.filter(pk=run.pk).update(data_as_of=timezone.now(), state=State.SUCCEEDED)
        assert schedules.approved_since_last_run(everything) == 2, "it has all sources"
        assert schedules.approved_since_last_run(site) == (2 if sources == ["mnist"] else 0)


@pytest.mark.parametrize(
    ("fields", "is_enough"),
    [({}, True), ({"sources": ["mnist"]}, False), ({"filters": {"labels": ["3"]}}, False)],
)
def test_what_a_run_has_seen_is_what_is_in_the_dataset_version_that_it_was_given(fields, is_enough) -> None:
    approve("01")
    version = DatasetVersion.objects.create(number=1, manifest_sha256="0" * 64, **fields)
    schedule = when_enough(9)
    run = services.start_run("digits", dataset_version=version)
    assert schedules.approved_since_last_run(schedule) == (0 if is_enough else 2), "it waits for its turn"
    TrainingRun.objects.filter(pk=run.pk).update(data_as_of=version.created_at, state=State.SUCCEEDED)
    assert schedules.approved_since_last_run(schedule) == (0 if is_enough else 2)
    TrainingRun.objects.filter(pk=run.pk).update(data_as_of=timezone.now())
    assert schedules.approved_since_last_run(schedule) == 0, "frozen for the run, the same drawings as of before"


@pytest.mark.parametrize("state", [State.CANCELLED, State.FAILED])
def test_a_run_of_somebody_else_counts_from_when_it_has_data_whatever_comes_of_it(state) -> None:
    approve("01")
    schedule = when_enough(2)
    run = services.start_run("digits")
    assert schedules.approved_since_last_run(schedule) == 0, "they will be in its data"
    TrainingRun.objects.filter(pk=run.pk).update(state=state)
    assert schedules.approved_since_last_run(schedule) == 2, "it has ended before it had any"
    TrainingRun.objects.filter(pk=run.pk).update(data_as_of=timezone.now())
    assert schedules.approved_since_last_run(schedule) == 0
    assert follow(schedule) == []


@pytest.mark.parametrize("state", [State.CANCELLED, State.FAILED])
def test_a_run_of_the_schedule_that_ends_before_it_has_data_is_not_started_again_at_the_next_look(state) -> None:
    schedule = when_enough(2, networks=["digits", "digit-or-not"], sources=["test"])
    approve("01")
    assert len(follow(schedule)) == 2
    TrainingRun.objects.update(state=state)
    assert follow(schedule) == []
    approve("23")
    assert len(follow(schedule)) == 2


def test_an_architecture_that_is_no_longer_there_is_told_on_the_schedule() -> None:
    schedule = make_schedule()
    Schedule.objects.update(architecture="gone")
    assert follow(schedule) == []
    assert "could not start: expected an architecture out of" in schedule.last_result


def test_the_next_time_is_told(monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: SATURDAY)
    assert schedules.next_due(make_schedule(days=[6])).at == datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    saturdays = make_schedule(name="b", days=[5], time=time(9))
    assert schedules.next_due(saturdays).at == datetime(2026, 11, 28, 9, 0, tzinfo=UTC), "today's has passed"
    assert schedules.next_due(make_schedule(name="c", enabled=False)) is None
    approve("0123")
    assert schedules.next_due(when_enough(10, name="d")).approved == 4

"""Schedules in words."""

from datetime import datetime

from django.utils.formats import date_format, time_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from training.models import Network, Schedule
from training.models.choices import PublishPolicy
from training.runs import schedules
from training.sentences import retold

DAYS = [
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
]


def sentence(schedule: Schedule) -> str:
    """Return what a schedule says, as one sentence or two."""
    what = _("both networks") if len(schedule.networks) > 1 else Network(schedule.networks[0]).label
    publish = {
        PublishPolicy.IF_BETTER: _("publish what is better than the live version"),
        PublishPolicy.ASK: _("ask before anything is published"),
    }[PublishPolicy(schedule.publish)]
    busy = {
        Schedule.WhenBusy.WAIT: _("If a run is active at that time, the new one waits for it."),
        Schedule.WhenBusy.SKIP: _("If a run is active at that time, this one is left out."),
    }[Schedule.WhenBusy(schedule.when_busy)]
    words = _("%(when)s: retrain %(what)s with the architecture %(architecture)s and %(publish)s.") % {
        "when": capfirst(when(schedule)),
        "what": what,
        "architecture": schedule.architecture,
        "publish": publish,
    }
    return f"{words} {busy}"


def when(schedule: Schedule) -> str:
    """Return when a schedule acts: "every Sunday at 03:00"."""
    if schedule.kind == Schedule.Kind.WHEN_ENOUGH:
        return _("when %(count)d new drawings have been approved since the data of the last run") % {
            "count": schedule.threshold
        }
    time = time_format(schedule.time, "H:i") if schedule.time else ""
    if set(schedule.days) == set(range(7)):
        return _("every day at %(time)s") % {"time": time}
    names = [str(name) for day, name in DAYS if day in schedule.days]
    return _("every %(days)s at %(time)s") % {"days": pgettext("days of the week", " and ").join(names), "time": time}


def next_time(schedule: Schedule) -> str:
    """Return when it acts next, or what is still missing."""
    due = schedules.next_due(schedule)
    if due is None:
        return _("switched off")
    if due.at is None:
        return _("%(approved)d of %(threshold)d drawings so far; looked at every %(minutes)d minutes") % {
            "approved": due.approved,
            "threshold": schedule.threshold,
            "minutes": schedules.LOOK_EVERY_MINUTES,
        }
    return f"{date_format(localtime(due.at), 'l')}, {_day_and_time(due.at)}"


def last_time(schedule: Schedule) -> str:
    """Return what came of it the last time: the outcomes of its runs, or why there were none."""
    if schedule.last_at is None:
        return _("not yet")
    words = f"{_day_and_time(schedule.last_at)}: {schedule.last_result}"
    started = schedule.runs.filter(created_at__lte=schedule.last_at).first()
    if started is None or "started" not in schedule.last_result:
        return words
    runs = schedule.runs.filter(delivery=started.delivery).order_by("pk")
    return ". ".join([words, *(f"{run}: {retold(run.result) or run.get_state_display()}" for run in runs)])


def _day_and_time(at: datetime) -> str:
    """Return a day without its year, as the reader's language writes it, and a time."""
    return f"{date_format(localtime(at), 'MONTH_DAY_FORMAT')}, {time_format(localtime(at), 'H:i')}"

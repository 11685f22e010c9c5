"""Each retraining in the list of django-celery-beat becomes a schedule in words, which moderators edit instead."""

import json
from datetime import time

from django.db import migrations

EVERY_DAY = list(range(7))
AT_TIMES = "training.tasks.retrain"
WHEN_ENOUGH = "training.tasks.retrain_when_enough"
FOLLOW = "training.tasks.follow_schedule"
OPTIONS = ("publish", "sources", "architecture", "start_from", "config")
MODERATORS_MAY = {"view", "add", "change", "delete"}
BEAT_MODELS = ("periodictask", "crontabschedule", "intervalschedule")


def convert(apps, schema_editor):
    PeriodicTask = apps.get_model("django_celery_beat", "PeriodicTask")
    Schedule = apps.get_model("training", "Schedule")
    for entry in PeriodicTask.objects.filter(task__in=[AT_TIMES, WHEN_ENOUGH]).select_related("crontab"):
        options = json.loads(entry.kwargs or "{}")
        days, moment = when(entry.crontab)
        schedule = Schedule.objects.create(
            name=entry.name[:100],
            enabled=entry.enabled and (entry.task == WHEN_ENOUGH or moment is not None),
            kind="at-times" if entry.task == AT_TIMES else "when-enough",
            days=days,
            time=moment or time(3),
            threshold=options.get("threshold", 500),
            networks=options.get("networks", ["digits", "digit-or-not"]),
            periodic_task=entry,
            **{"architecture": "light", **{name: options[name] for name in OPTIONS if name in options}},
        )
        entry.name, entry.task = f"schedule {schedule.pk}", FOLLOW
        entry.args, entry.kwargs, entry.enabled = json.dumps([schedule.pk]), "{}", schedule.enabled
        entry.save()


def when(crontab):
    """Return the days (0 is Monday) and the time of a crontab; no time where it is more than that."""
    try:
        if crontab.day_of_month != "*" or crontab.month_of_year != "*":
            raise ValueError
        of_week = crontab.day_of_week
        days = EVERY_DAY if of_week == "*" else sorted((int(day) - 1) % 7 for day in of_week.split(","))
        return days, time(int(crontab.hour), int(crontab.minute))
    except (AttributeError, ValueError):
        return EVERY_DAY, None


def let_moderators(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="training", model="schedule"
    )
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="moderator")
    for action in sorted(MODERATORS_MAY):
        permission, _ = Permission.objects.get_or_create(
            content_type=content_type, codename=f"{action}_schedule", defaults={"name": f"Can {action} schedule"}
        )
        group.permissions.add(permission)
    group.permissions.remove(
        *Permission.objects.filter(
            content_type__app_label="django_celery_beat", content_type__model__in=BEAT_MODELS
        )
    )


class Migration(migrations.Migration):
    dependencies = [("training", "0007_schedule_in_words")]

    operations = [
        migrations.RunPython(convert, migrations.RunPython.noop),
        migrations.RunPython(let_moderators, migrations.RunPython.noop),
    ]

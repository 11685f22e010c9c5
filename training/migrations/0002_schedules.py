"""Two schedules to edit and switch on in the admin. Both are off: a new site has nothing to train on."""

import json

from django.db import migrations

ENTRIES = {
    "Retrain both networks every Sunday at 03:00": (
        "training.tasks.retrain",
        {"networks": ["digits", "digit-or-not"], "publish": "if_better"},
    ),
    "Retrain both networks when 500 new drawings have been approved": (
        "training.tasks.retrain_when_enough",
        {"threshold": 500, "networks": ["digits", "digit-or-not"], "publish": "if_better"},
    ),
}


def add_schedules(apps, schema_editor):
    PeriodicTask = apps.get_model("django_celery_beat", "PeriodicTask")
    CrontabSchedule = apps.get_model("django_celery_beat", "CrontabSchedule")
    IntervalSchedule = apps.get_model("django_celery_beat", "IntervalSchedule")
    sunday, _ = CrontabSchedule.objects.get_or_create(minute="0", hour="3", day_of_week="0", day_of_month="*", month_of_year="*")
    often, _ = IntervalSchedule.objects.get_or_create(every=5, period="minutes")
    for name, (task, options) in ENTRIES.items():
        when = {"crontab": sunday} if task.endswith(".retrain") else {"interval": often}
        PeriodicTask.objects.get_or_create(
            name=name, defaults={"task": task, "kwargs": json.dumps(options), "enabled": False, **when}
        )


def remove_schedules(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name__in=ENTRIES).delete()


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial"), ("django_celery_beat", "0019_alter_periodictasks_options")]

    operations = [migrations.RunPython(add_schedules, remove_schedules)]

"""Hashes of addresses are erased by a schedule that runs every hour."""

from django.db import migrations

NAME = "Erase the hashes of addresses after 48 hours"


def add_schedule(apps, schema_editor):
    hourly, _ = apps.get_model("django_celery_beat", "IntervalSchedule").objects.get_or_create(every=1, period="hours")
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME, defaults={"task": "datasets.tasks.erase_address_hashes", "interval": hourly}
    )


def remove_schedule(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [("datasets", "0001_initial"), ("django_celery_beat", "0019_alter_periodictasks_options")]

    operations = [migrations.RunPython(add_schedule, remove_schedule)]

"""The outcomes of failed runs are shown to everybody from now on as they stand, so those that may name hosts go.

Nothing is lost: their errors say the same.
"""

from django.db import migrations
from django.db.models import F


def hide(apps, schema_editor):
    apps.get_model("training", "TrainingRun").objects.filter(state="failed").exclude(error="").update(outcome="")


def show(apps, schema_editor):
    apps.get_model("training", "TrainingRun").objects.filter(state="failed", outcome="").update(outcome=F("error"))


class Migration(migrations.Migration):
    dependencies = [("training", "0009_administrators")]

    operations = [migrations.RunPython(hide, show)]

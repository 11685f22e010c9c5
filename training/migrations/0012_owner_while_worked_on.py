"""A run and a shard have an owner exactly in the states in which somebody works on them."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("training", "0011_one_started_run_per_network")]

    operations = [
        migrations.AddConstraint(
            model_name="trainingrun",
            constraint=models.CheckConstraint(
                condition=Q(state__in=["preparing", "fitting"], owner__isnull=False)
                | ~Q(state__in=["preparing", "fitting"]) & Q(owner=None),
                name="run_has_an_owner_while_worked_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="augmentationshard",
            constraint=models.CheckConstraint(
                condition=Q(state="running", owner__isnull=False) | ~Q(state="running") & Q(owner=None),
                name="shard_has_an_owner_while_worked_on",
            ),
        ),
    ]

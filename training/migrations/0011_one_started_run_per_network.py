"""At most one run of a network has started and not ended, in each room."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("training", "0010_outcome_is_for_everybody")]

    operations = [
        migrations.AddConstraint(
            model_name="trainingrun",
            constraint=models.UniqueConstraint(
                fields=["room", "network"],
                condition=Q(state__in=["queued", "preparing", "augmenting", "augmented", "fitting"]),
                nulls_distinct=False,
                name="one_started_run_per_network",
            ),
        )
    ]

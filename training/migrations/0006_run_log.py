"""The log of each run, line by line."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0005_run_shows_why_it_waits")]

    operations = [
        migrations.CreateModel(
            name="RunLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("text", models.TextField(verbose_name="what happened")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="training.trainingrun",
                        verbose_name="run",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a log",
                "verbose_name_plural": "lines of logs",
                "ordering": ["id"],
            },
        ),
    ]

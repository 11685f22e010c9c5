"""Where a run is: since when in its state, what holds it up, when it will end, what an interrupted one goes on from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0004_publish_event_has_a_reason")]

    operations = [
        migrations.AddField(
            "trainingrun",
            "state_since",
            models.DateTimeField(blank=True, null=True, verbose_name="in this state since"),
        ),
        migrations.AddField(
            "trainingrun",
            "obstacle",
            models.TextField(
                blank=True, help_text="why nobody works on it, and what to do", verbose_name="obstacle", default=""
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "trainingrun",
            "expected_end_at",
            models.DateTimeField(blank=True, help_text="of this state", null=True, verbose_name="end expected"),
        ),
        migrations.AddField(
            "trainingrun",
            "checkpoint",
            models.JSONField(
                blank=True,
                default=dict,
                help_text="path, sha256 and epoch of what an interrupted run goes on from",
                verbose_name="checkpoint",
            ),
        ),
        migrations.AddField(
            "trainingrun",
            "data_as_of",
            models.DateTimeField(
                blank=True,
                help_text="drawings approved later are not in the dataset version",
                null=True,
                verbose_name="data as of",
            ),
        ),
    ]

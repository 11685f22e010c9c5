"""When a contributor claimed another label, so that nobody decides on a claim that he has not seen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("datasets", "0006_programs")]

    operations = [
        migrations.AddField(
            model_name="drawing",
            name="claimed_at",
            field=models.DateTimeField(
                blank=True,
                help_text="when the contributor claimed another label",
                null=True,
                verbose_name="claim corrected",
            ),
        ),
        migrations.AddIndex(
            model_name="drawing",
            index=models.Index(
                models.F("claimed_at"),
                condition=models.Q(("claimed_at__isnull", False)),
                name="drawing_correction",
            ),
        ),
    ]

"""A third kind of contributor: programs that keep no cookie."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("datasets", "0005_once_per_content_and_room")]

    operations = [
        migrations.AlterField(
            model_name="contributor",
            name="kind",
            field=models.CharField(
                choices=[
                    ("visitor", "visitor"),
                    ("writer", "writer of an imported source"),
                    ("program", "program without a cookie"),
                ],
                max_length=8,
                verbose_name="kind",
            ),
        ),
    ]

"""The same drawings, labels and splits are one version in a room: a second one would be the first under another number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("datasets", "0030_bands_of_confidence")]

    operations = [
        migrations.AddConstraint(
            model_name="datasetversion",
            constraint=models.UniqueConstraint(
                fields=["room", "manifest_sha256"], nulls_distinct=False, name="dataset_version_once_per_manifest"
            ),
        )
    ]

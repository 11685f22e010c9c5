"""What somebody drew in one room he may give to another, and to the public, as well."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("datasets", "0004_image_without_metadata")]

    operations = [
        migrations.RemoveConstraint(model_name="drawing", name="drawing_once_per_content"),
        migrations.AddConstraint(
            model_name="drawing",
            constraint=models.UniqueConstraint(
                fields=("contributor", "room", "content_hash"),
                condition=models.Q(("source", "site")),
                nulls_distinct=False,
                name="drawing_once_per_content",
            ),
        ),
    ]

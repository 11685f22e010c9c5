"""A shard that is done says where its images are, and their SHA-256."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("training", "0012_owner_while_worked_on")]

    operations = [
        migrations.AddConstraint(
            model_name="augmentationshard",
            constraint=models.CheckConstraint(
                condition=~Q(state="done") | ~Q(path="") & ~Q(sha256=""),
                name="done_shard_names_its_file",
            ),
        )
    ]

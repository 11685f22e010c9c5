"""Whom a decision concerns stands in a table of its own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("datasets", "0015_convert_decisions")]

    operations = [migrations.RemoveField(model_name="decision", name="contributor")]

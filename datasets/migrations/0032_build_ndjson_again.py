"""The NDJSON that was built so far has strokes that no moderator has seen: each file is built again, in its place."""

from django.db import migrations


def build_again(apps, schema_editor):
    exports = apps.get_model("datasets", "DatasetExport").objects.filter(format="ndjson", state="ready")
    exports.update(state="queued", attempts=0)


class Migration(migrations.Migration):
    dependencies = [("datasets", "0031_once_per_manifest")]

    operations = [migrations.RunPython(build_again, migrations.RunPython.noop)]

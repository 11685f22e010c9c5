"""Administrators do what moderators do, and may publish without the comparison."""

from django.db import migrations


def allow(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects
    moderator, administrator = (groups.get_or_create(name=name)[0] for name in ("moderator", "administrator"))
    administrator.permissions.add(*moderator.permissions.all(), publish_always(apps))


def forbid(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name="administrator"):
        group.permissions.remove(publish_always(apps))


def publish_always(apps):
    """Return the permission, creating it if need be: Django itself adds it after all migrations."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="training", model="trainingrun"
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename="publish_always",
        defaults={"name": "Can publish without the comparison"},
    )
    return permission


class Migration(migrations.Migration):
    dependencies = [("training", "0008_convert_schedules"), ("datasets", "0028_groups")]

    operations = [migrations.RunPython(allow, forbid)]

"""Moderators delete what should never have been given: a name, a face, what somebody asks to be gone."""

from django.db import migrations

GROUP = "moderator"


def add_permission(apps, schema_editor):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="datasets", model="drawing"
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename="delete_drawing", defaults={"name": "Can delete drawing"}
    )
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    group.permissions.add(permission)


def remove_permission(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.filter(name=GROUP).first()
    permission = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="datasets", codename="delete_drawing"
    )
    if group is not None:
        group.permissions.remove(*permission)


class Migration(migrations.Migration):
    dependencies = [
        ("datasets", "0025_decision_to_delete"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(add_permission, remove_permission)]

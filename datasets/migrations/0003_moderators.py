"""The group of those who decide on drawings."""

from django.db import migrations

GROUP = "moderator"
PERMISSIONS = {
    "drawing": ["view", "change"],  # change: approve, reject, relabel
    "contributor": ["view", "change"],  # change: block
    "decision": ["view"],
    "datasetversion": ["view", "add"],  # add: freeze
}


def add_group(apps, schema_editor):
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    for model, actions in PERMISSIONS.items():
        # Django itself adds permissions only after all migrations have run.
        content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="datasets", model=model
        )
        name = apps.get_model("datasets", model)._meta.verbose_name
        for action in actions:
            permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type,
                codename=f"{action}_{model}",
                defaults={"name": f"Can {action} {name}"},
            )
            group.permissions.add(permission)


def remove_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=GROUP).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("datasets", "0002_schedules"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(add_group, remove_group)]

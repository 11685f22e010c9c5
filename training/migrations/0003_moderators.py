"""Moderators also train, publish with a reason, and set the schedules; only publishing unseen stays apart."""

from django.db import migrations

GROUP = "moderator"
PERMISSIONS = {
    "training": {
        "trainingrun": ["view", "add"],  # add: start, cancel, run again
        "modelversion": ["view"],
        "publication": ["change"],  # publish and roll back
        "publishevent": ["view"],
    },
    "django_celery_beat": {
        "periodictask": ["view", "add", "change", "delete"],
        "crontabschedule": ["view", "add", "change", "delete"],
        "intervalschedule": ["view", "add", "change", "delete"],
    },
}


def permissions(apps):
    """Return the permissions, creating those that are not there: Django itself adds them after all migrations."""
    found = []
    for app, models in PERMISSIONS.items():
        for model, actions in models.items():
            content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
                app_label=app, model=model
            )
            name = apps.get_model(app, model)._meta.verbose_name
            for action in actions:
                permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                    content_type=content_type,
                    codename=f"{action}_{model}",
                    defaults={"name": f"Can {action} {name}"},
                )
                found.append(permission)
    return found


def allow(apps, schema_editor):
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    group.permissions.add(*permissions(apps))


def forbid(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name=GROUP):
        group.permissions.remove(*permissions(apps))


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0002_schedules"),
        ("datasets", "0003_moderators"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(allow, forbid)]

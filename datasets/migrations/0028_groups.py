"""The groups that accounts are put in. Whoever has no account draws and votes as anybody may.

contributor    Somebody who draws, with an account. The group permits nothing: drawings and votes need no account, and
               an account makes neither of them count for more. It says what the account is for.
reviewer       Somebody whose votes on /review are asked for. The group permits nothing either: a vote counts by the
               known answers that its voter gave, not by who he is, and the admin's queue shows claims that a voter
               must not see.
moderator      Decides on drawings and contributors, freezes dataset versions, trains and publishes: the admin but for
               people. Only this group and the next one see the queue.
administrator  A moderator who also looks after accounts, and may publish without the comparison. He cannot make
               superusers, nor touch one.

Whom any of them should let into the admin is also marked as staff.
"""

from django.db import migrations

GROUPS = ["contributor", "reviewer", "administrator"]
OF_PEOPLE = ["view_user", "add_user", "change_user", "delete_user", "view_group"]


def add_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects
    for name in GROUPS:
        groups.get_or_create(name=name)
    moderator, administrator = (groups.get_or_create(name=name)[0] for name in ("moderator", "administrator"))
    administrator.permissions.add(*moderator.permissions.all(), *permissions_of_people(apps))


def permissions_of_people(apps):
    """Return the permissions, creating those that are not there: Django itself adds them after all migrations."""
    for codename in OF_PEOPLE:
        action, model = codename.split("_")
        content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="auth", model=model
        )
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": f"Can {action} {model}"}
        )
        yield permission


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [("datasets", "0027_device"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(add_groups, remove_groups)]

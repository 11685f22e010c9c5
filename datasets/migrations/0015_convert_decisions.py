"""The decisions so far: how many drawings each changed, and whom it blocked."""

from django.db import migrations
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce


def convert(apps, schema_editor):
    decision, item, decided = (
        apps.get_model("datasets", name) for name in ("Decision", "DecisionItem", "DecidedContributor")
    )
    items = item.objects.filter(decision=OuterRef("pk")).order_by().values("decision").annotate(n=Count("pk"))
    decision.objects.update(drawings_count=Coalesce(Subquery(items.values("n")), 0))
    blocks = decision.objects.filter(action="block", contributor__isnull=False)
    decided.objects.bulk_create(
        decided(decision_id=pk, contributor_id=contributor, blocked=True)
        for pk, contributor in blocks.values_list("pk", "contributor")
    )
    blocks.update(contributors_count=1)


def name_the_contributor(apps, schema_editor):
    decision, decided = (apps.get_model("datasets", name) for name in ("Decision", "DecidedContributor"))
    whom = decided.objects.filter(decision=OuterRef("pk")).values("contributor")[:1]
    decision.objects.filter(action="block").update(contributor=Subquery(whom))


class Migration(migrations.Migration):
    dependencies = [("datasets", "0014_undo_and_unblock")]

    operations = [migrations.RunPython(convert, name_the_contributor)]

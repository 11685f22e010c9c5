"""What runs from time to time."""

from celery import shared_task

from datasets import prompting, services
from datasets.pages import statistics


@shared_task(ignore_result=True)
def erase_address_hashes() -> int:
    """Forget where drawings came from; returns of how many."""
    return services.erase_address_hashes()


@shared_task(ignore_result=True)
def build_export(export_id: int) -> None:
    services.build_export(export_id)


@shared_task(ignore_result=True, expires=30)
def look_after_exports() -> None:
    services.look_after_exports()


@shared_task(ignore_result=True)
def count_for_prompts() -> None:
    """For `/contribute`, which asks for what the dataset lacks."""
    prompting.count()


@shared_task(ignore_result=True)
def count_drawings() -> None:
    """For the gallery, which asks for it when what it shows is a minute old."""
    statistics.count_if_stale()

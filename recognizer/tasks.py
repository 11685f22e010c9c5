"""What the broker delivers to the recognizer."""

from celery import shared_task

from recognizer import scoring


@shared_task(ignore_result=True, expires=5)
def score_pending() -> None:
    scoring.score_pending()

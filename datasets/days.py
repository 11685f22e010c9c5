"""Days as the site counts them: from midnight to midnight in its time zone."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def begin_of(day: date) -> datetime:
    """Return the first moment of a day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of(day: date) -> datetime | None:
    """Return the first moment that is no longer in it; None for the last day of all."""
    return begin_of(day + timedelta(days=1)) if day < date.max else None

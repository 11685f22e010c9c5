"""Lengths of time in words, as rough as they deserve."""

from django.utils.translation import ngettext

MINUTE, HOUR, DAY = 60, 3600, 86400


def about(seconds: float) -> str:
    """Return a length of time in its largest unit of which there are two, such as "about 3 minutes"."""
    if seconds < 2 * MINUTE:
        count = max(1, round(seconds))
        text = ngettext("about %(count)d second", "about %(count)d seconds", count)
    elif seconds < 2 * HOUR:
        count = round(seconds / MINUTE)
        text = ngettext("about %(count)d minute", "about %(count)d minutes", count)
    elif seconds < 2 * DAY:
        count = round(seconds / HOUR)
        text = ngettext("about %(count)d hour", "about %(count)d hours", count)
    else:
        count = round(seconds / DAY)
        text = ngettext("about %(count)d day", "about %(count)d days", count)
    return text % {"count": count}

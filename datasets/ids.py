"""Ids of rows as addresses have them, where anything may stand."""

MOST_DIGITS = 18  # all numbers of so many fit a bigint


def id_in(text: str | None) -> int:
    """Return the id that a text from an address is; 0, which no row has, for none and for what is no number."""
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text or 0) if is_number else 0

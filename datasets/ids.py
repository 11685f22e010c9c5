"""Ids of rows as addresses have them, where anything may stand."""

MOST_DIGITS = 18  # all numbers of so many fit a bigint


def id_in(text: str | None) -> int:
    """Return the id that a text from an address is; 0, which no row has, for none and for what is no number."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > MOST_DIGITS:
        return 0
    return int(text)

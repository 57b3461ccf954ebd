"""Strangers' words, made fit to be kept: one line, no control characters, no broken ones."""

import unicodedata

# Control characters, lone surrogates, and the marks that turn the direction of what follows.
UNFIT = frozenset({"Cc", "Cs"})
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str, most: int = 3000) -> str:
    """Return the text on one line, without what no database or screen should be given."""
    kept = (" " if unfit(mark) else mark for mark in text if mark not in TURNING)
    return " ".join("".join(kept).split())[:most].rstrip()


def unfit(mark: str) -> bool:
    """Tell whether a character is a control character or half of a broken pair."""
    return unicodedata.category(mark) in UNFIT

"""Spans of time that people ask about."""

import re
import unicodedata
from types import MappingProxyType

USUAL, LONGEST = 7, 366  # days
WORDS = MappingProxyType(
    {
        "today": 1,
        "day": 1,
        "aujourdhui": 1,
        "jour": 1,
        "week": 7,
        "semaine": 7,
        "month": 30,
        "mois": 30,
        "quarter": 91,
        "trimestre": 91,
        "year": 365,
        "an": 365,
        "annee": 365,
    }
)
DAYS = re.compile(r"(?P<many>\d{1,3})(?P<unit>d|days?|j|jours?|w|weeks?|s|semaines?)?")


def days(typed: str) -> int | None:
    """Read a span as days: ``week``, ``mois``, ``30``, ``2 weeks``; ``None`` for anything else."""
    plain = unicodedata.normalize("NFKD", typed.lower())
    word = re.sub(r"[^a-z0-9]", "", plain)
    if not word:
        return USUAL
    if word in WORDS:
        return WORDS[word]
    found = DAYS.fullmatch(word)
    if found is None:
        return None
    weeks = (found["unit"] or "d")[0] in "ws"
    many = int(found["many"]) * (7 if weeks else 1)
    return many if 1 <= many <= LONGEST else None

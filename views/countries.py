"""What countries are called, by their ISO 3166 codes."""

import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import groupby

from phonenumbers import SUPPORTED_REGIONS

from calls.spoken import LOCALES


@cache
def names(language: str) -> dict[str, str]:
    """Return the name of every country that has numbers, by code, in alphabetical order."""
    from babel import Locale  # noqa: PLC0415 - it costs start-up time and memory

    known = Locale.parse(LOCALES[language]).territories
    told = {code: known[code] for code in SUPPORTED_REGIONS}
    return dict(sorted(told.items(), key=lambda one: _plain(one[1])))


def spoken(codes: Iterable[str], language: str) -> str:
    """Name countries in a sentence; one that nobody knows by its code."""
    known = names(language)
    return ", ".join(sorted((known.get(code, code) for code in codes), key=_plain))


def by_letter(language: str) -> dict[str, list[str]]:
    """Return the codes of all countries by the first letter of their names."""
    known = names(language)
    grouped = groupby(known, key=lambda code: _plain(known[code])[0].upper())
    return {letter: list(codes) for letter, codes in grouped}


def _plain(name: str) -> str:
    """Take the accents away, by which an alphabet does not sort."""
    bare = unicodedata.normalize("NFD", name)
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).casefold()

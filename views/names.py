"""The person called, as a conversation shows them: by name, or by initials where all may read."""

import re
import unicodedata

from calls.model import Call

HYPHENS = re.compile(r"[-\u2010\u2011]")
JOINERS = "\u200c\u200d"  # within what is one letter in some scripts


def shown(call: Call, *, full: bool) -> Call:
    """Return a call as it is shown: with the full name of the person called, or their initials.

    A summary may hold the name: it is shown where that is.
    """
    if full:
        return call
    return call.having(name=initials(call.name), record=call.record and call.record.discreet())


def initials(name: str) -> str:
    """Return the initials of a name: ``M.-È. T.`` for Marie-Ève Tremblay.

    Each word's first letter, or what a reader takes for one: with its accents and vowel signs,
    ``م. ع.`` in Arabic. A title counts as a word, and of a Chinese name, which is one word, its
    first character is left. A name without a letter or digit has none.
    """
    words = unicodedata.normalize("NFC", name).split()
    return " ".join(found for found in map(_initial, words) if found)


def _initial(word: str) -> str:
    """Return a word's initial, or the initials of its parts."""
    parts = map(_first, HYPHENS.split(word))
    return "-".join(f"{part}." for part in parts if part)


def _first(part: str) -> str:
    """Return the first letter or digit with the marks that belong to it, if there is one."""
    start = next((at for at, sign in enumerate(part) if sign.isalnum()), len(part))
    end = start + 1
    while end < len(part) and _belongs(part[end]):
        end += 1
    return _capital(part[start : start + 1]) + part[start + 1 : end].rstrip(JOINERS)


def _belongs(sign: str) -> bool:
    return unicodedata.category(sign).startswith("M") or sign in JOINERS


def _capital(letter: str) -> str:
    capital = letter.title()
    return capital if len(capital) == 1 else letter  # ß has none

"""The telephone numbers that a text mentions, with whose they are and what is said there."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

import phonenumbers
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatch, PhoneNumberMatcher

from calls import nearby_names, numbers
from calls.frozen import Frozen
from calls.variables import HIDDEN
from calls.words import clean

MOST = 20  # numbers of one text
LONGEST = 8_000  # characters of a text that are read
LONGEST_LINE = 1000
LONGEST_ABOUT = 300
TRIES = 100  # at what may be a number, in one line
GONE = "\ufffc"  # stands for what is no number; nothing is joined across it

MONEY = r"[$€£¥₹]|\b(?:CAD|USD|EUR|GBP|CHF|dollars?|euros?)\b"
AMOUNT = r"(?:\d{1,3}(?:[., '\u2019]\d{3})+|\d+)(?:[.,]\d{1,2})?"
ITEM = (
    r"\b(?:order|invoice|ticket|case|file|ref|reference|account|tracking|parcel|sku|id|iban|card|"
    r"commande|facture|dossier|réf|référence|compte|suivi|colis|carte|billet|client)\b"
    r"(?:\s*(?:number|no|num|nr|id|numéro|n)?\s*[.#:°º=-]*\s*)"
)
NUMBERLESS = re.compile(
    "|".join(
        (
            r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",  # a UUID
            r"\b(?:https?://|www\.)\S+",
            r"\S+@\S+\.\w+",
            r"(?<![\d+])\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ]\d{1,2}:\d{2}\S*)?(?![-/.]?\d)",
            r"(?<![\d+./-])\d{1,2}[-/.]\d{1,2}[-/.]\d{4}(?![-/.]?\d)",
            r"(?<![\d+./-])\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?![-/.\s]?\d)",
            r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)",
            r"(?<![\d+.])(?!(?:\d\d\.){3}\d\d(?!\d))(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})(?![\d.])",
            r"(?<![\d.])-?\d{1,3}\.\d{4,}(?!\d)",  # a place on the globe
            r"(?<!\d)\d{10}\.\d{6}(?!\d)",  # a message's ts
            r"(?<![\d-])(?:\d{4}[ -]){3}\d{4}(?![\d-])",  # a card's number
            r"(?:[$€£¥₹]|\b(?:CAD|USD|EUR|GBP|CHF))\s?\d+(?:[,.'\u2019]\d{3})*(?:[.,]\d{1,2})?",
            rf"(?<![\d.,+-]){AMOUNT}\s?(?:{MONEY})",
            rf"{ITEM}\d+(?![\d().\s-]*\d)",
            rf"{ITEM}(?:[a-z]{{1,4}}-?)?(?:\d+-)*\d{{5,}}(?:-\d+)*",
            r"(?<!\w)#\d+",
        )
    ),
    re.IGNORECASE,
)

EXTENSION = re.compile(rf"[\s,;(]*\b{numbers.POSTE}(\d{{1,7}})\b\)?", re.IGNORECASE)


class Mention(Frozen):
    """A number as it is written for reading, a name beside it, and what else stands there."""

    number: str
    name: str = ""
    about: str = ""


class Spot(Frozen):
    """A number's place in a line."""

    start: int
    end: int
    number: str


def read(passages: Iterable[str], region: str) -> tuple[Mention, ...]:
    """Find valid numbers in passages of lines, each once, in the order of their appearance.

    ``region`` is the country (ISO 3166, two letters) of numbers written without one.
    """
    found: dict[str, Mention] = {}
    for passage in _bounded(passages):
        for mention in _of(passage, region):
            known = found.get(mention.number)
            if known:
                name, about = known.name or mention.name, known.about or mention.about
                found[mention.number] = known.having(name=name, about=about)
            elif len(found) < MOST:
                found[mention.number] = mention
    return tuple(found.values())


def _bounded(passages: Iterable[str]) -> Iterator[list[str]]:
    left = LONGEST
    for passage in passages:
        lines = [clean(line, LONGEST_LINE) for line in passage[:left].splitlines()]
        yield [line for line in lines if line]
        left -= len(passage)
        if left <= 0:
            return


def _of(passage: Sequence[str], region: str) -> Iterator[Mention]:
    spots = [list(_spots(line, region)) for line in passage]
    bare = [_without(line, there) for line, there in zip(passage, spots, strict=True)]
    one = len({spot.number for there in spots for spot in there}) == 1
    for at, there in enumerate(spots):
        names = list(nearby_names.names(passage[at], [(spot.start, spot.end) for spot in there]))
        for spot, name in zip(there, names, strict=True):
            called = name or nearby_names.labelled(bare, at)
            several = len({*names}) > 1  # then the line says things of each
            about = "" if several else _about(bare, at, called, whole=one)
            yield Mention(number=spot.number, name=called, about=about)


def _spots(line: str, region: str) -> Iterator[Spot]:
    if sum(map(str.isdigit, line)) < len("555555"):
        return
    kept = NUMBERLESS.sub(lambda gone: GONE * len(gone.group()), line)
    matcher = PhoneNumberMatcher(kept, region, leniency=Leniency.VALID, max_tries=TRIES)
    matches: list[PhoneNumberMatch] = list(matcher)
    for match, following in zip_longest(matches, matches[1:]):
        written = phonenumbers.format_number(match.number, PhoneNumberFormat.INTERNATIONAL)
        opened = match.raw_string.count("(") > match.raw_string.count(")")
        end = match.end + (opened and kept[match.end :].startswith(")"))
        behind = None if match.number.extension else EXTENSION.match(kept, end)
        if behind and (following is None or behind.end() <= following.start):
            end, written = behind.end(), f"{written} ext. {behind[1]}"
        yield Spot(start=match.start, end=end, number=written)


def _without(line: str, spots: Sequence[Spot]) -> str:
    for spot in reversed(spots):
        line = f"{line[: spot.start]}…{line[spot.end :]}"
    return line


def _about(bare: Sequence[str], at: int, name: str, *, whole: bool) -> str:
    """Return the line without its number, or the ``whole`` passage where that tells nothing."""
    if nearby_names.tells(bare[at], name):
        return _tidy(bare[at])
    if not whole:
        return ""
    lines = [line for line in bare if nearby_names.tells(line, name)]
    return _tidy("; ".join(lines))


def _tidy(text: str) -> str:
    text = text.replace(HIDDEN, "…")  # typed, it would stand for another call's value
    return text.strip(" ,;:|/-–—…")[:LONGEST_ABOUT].rstrip()

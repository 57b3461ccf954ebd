"""What was typed after ``/call``, taken apart."""

import re
from enum import StrEnum, auto

from calls import numbers
from calls.frozen import Frozen
from calls.order import Draft

# The hyphens and dashes that keyboards make of "-", and marks that are pasted without being seen.
DASHES, UNSEEN = "\u2010-\u2015\u2212", "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
# It is refused with its number, and no name.
EXTENSION = rf"(?:[\s,;(]*(?:ext(?:n|ension)?|poste|local|[px#]){numbers.NO}\d+[)]?(?![^\s,;:.]))?"
NUMBER = re.compile(
    rf"[\s{UNSEEN}]*(?:<tel:[^>]*>[{UNSEEN}]*|[+\uff0b()./\-{DASHES}\s\d{UNSEEN}]+){EXTENSION}",
    re.IGNORECASE,
)
LINK = re.compile(r"<tel:([^|>]*)[^>]*>")  # Slack's own, of what looks like a number
PAIR = re.compile(r"(?<!\S)(?P<key>[^\s=]+)=(?P<value>[\"“”„«][^\"“”»]*[\"“”»]?|\S*)")
QUOTES = '"“”„«»'
UNCLOSED = re.compile(r"[\"“”„«][^\"“”»]*\Z")


SPELLED = {"favorites": "favourites", "favoris": "favourites"}
# What means something after "/call", now or soon: no favourite's name begins so.
VERBS = frozenset({"now", "list", "status", "doctor", "help", "favourites", *SPELLED}) | {
    "batch",
    "dnc",
    "forget",
    "resume",
    "stats",
    "stop",
}


class Verb(StrEnum):
    """What the person wants."""

    FORM = auto()
    NOW = auto()
    LIST = auto()
    STATUS = auto()
    DOCTOR = auto()
    STOP = auto()
    RESUME = auto()
    STATS = auto()
    DNC = auto()
    DNC_ADD = auto()
    DNC_CHECK = auto()
    DNC_REMOVE = auto()
    FAVOURITES = auto()
    FORGET = auto()
    HELP = auto()
    UNKNOWN = auto()


OF_THE_LIST = {"add": Verb.DNC_ADD, "check": Verb.DNC_CHECK, "remove": Verb.DNC_REMOVE}
"""What may follow ``dnc``: the do-not-call list."""


class Typed(Frozen):
    """A command; ``rest`` is what is left of it: a reference, a reason, stray or unknown words.

    ``unclosed`` are the words behind a quotation mark that nothing closes.
    """

    verb: Verb
    draft: Draft = Draft()
    rest: str = ""
    unclosed: str = ""


def read(text: str) -> Typed:
    """Take a command's text apart. Slack writes ``&``, ``<`` and ``>`` as entities there."""
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
    word, rest = [*text.split(maxsplit=1), "", ""][:2]
    match SPELLED.get(word.lower(), word.lower()):
        case "":
            return Typed(verb=Verb.FORM)
        case "help" | "list" | "doctor" | "favourites" | "stop" | "resume" as verb if not rest:
            return Typed(verb=Verb(verb))
        case "status" | "stats" as verb:
            return Typed(verb=Verb(verb), rest=rest)
        case "now" | "dnc" | "forget" as verb:
            return READERS[verb](rest)
    draft = whom(text)
    if draft.number:
        return Typed(verb=Verb.FORM, draft=draft)
    return Typed(verb=Verb.UNKNOWN, rest=text)


def whom(text: str) -> Draft:
    """Read a number, where there is one, and the name behind it."""
    number, name = _number(text)
    if any(mark.isdigit() for mark in number):
        return Draft(number=number, name=_name(name))
    return Draft(name=_name(text))


def _number(text: str) -> tuple[str, str]:
    found = NUMBER.match(text)
    end = found.end() if found else 0
    number = re.sub(f"[{UNSEEN}]", "", text[:end]).strip()
    return LINK.sub(r"\1", number), text[end:].strip().lstrip(",;:. ")


def _of_the_list(text: str) -> Typed:
    word, rest = [*text.split(maxsplit=1), "", ""][:2]
    verb = OF_THE_LIST.get(word.lower())
    if verb is None:
        return Typed(verb=Verb.DNC, rest=text)
    number, reason = _number(rest)
    return Typed(verb=verb, draft=Draft(number=number), rest=reason)


def _now(text: str) -> Typed:
    number, rest = _number(text)
    pairs = list(PAIR.finditer(rest))
    name = _name(rest[: pairs[0].start()] if pairs else rest)
    stray = _on_one_line(PAIR.sub("", rest[pairs[0].start() :]) if pairs else "")
    lines = [f"{pair['key']} = {_on_one_line(pair['value'].strip(QUOTES))}" for pair in pairs]
    draft = Draft(number=number, name=name, variables="\n".join(lines))
    open_ = next((pair["value"] for pair in pairs if UNCLOSED.fullmatch(pair["value"])), "")
    # An "=" that is no variable's was meant as one: better asked than dialled with such a name.
    rest = stray or (name if "=" in name else "")
    return Typed(verb=Verb.NOW, draft=draft, rest=rest, unclosed=_on_one_line(open_))


def _to_forget(text: str) -> Typed:
    return Typed(verb=Verb.FORGET, draft=Draft(number=_number(text)[0]))


READERS = {"now": _now, "dnc": _of_the_list, "forget": _to_forget}


def _name(text: str) -> str:
    """Return a name, without the quotation marks that somebody may put around it."""
    text = _on_one_line(text)
    quoted = len(text) > 1 and text[0] in QUOTES and text[-1] in QUOTES
    return text[1:-1].strip() if quoted else text


def _on_one_line(text: str) -> str:
    return " ".join(text.split())

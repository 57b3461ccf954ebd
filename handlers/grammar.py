"""What was typed after ``/call``, taken apart."""

import re
from enum import StrEnum, auto

from calls.model import Draft, Frozen

NUMBER = re.compile(r"\s*(<tel:[^>]*>|[+().\-\s\d]+)")
PAIR = re.compile(r"(?<!\S)(?P<key>[^\s=]+)=(?P<value>[\"“”„«][^\"“”»]*[\"“”»]?|\S*)")
QUOTES = '"“”„«»'
WORDS = {"help", "list", "status", "now"}


class Verb(StrEnum):
    """What the person wants."""

    FORM = auto()
    NOW = auto()
    LIST = auto()
    STATUS = auto()
    HELP = auto()
    UNKNOWN = auto()


class Typed(Frozen):
    """A command; ``rest`` is what is left of it: a reference, stray or unknown words."""

    verb: Verb
    draft: Draft = Draft()
    rest: str = ""


def read(text: str) -> Typed:
    """Take a command's text apart. Slack writes ``&``, ``<`` and ``>`` as entities there."""
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
    word, _, rest = text.partition(" ")
    match word.lower():
        case "":
            return Typed(verb=Verb.FORM)
        case "help" | "list" as verb if not rest.strip():
            return Typed(verb=Verb(verb))
        case "status":
            return Typed(verb=Verb.STATUS, rest=rest.strip())
        case "now":
            return _now(rest)
    number, name = _number(text)
    if any(mark.isdigit() for mark in number):
        return Typed(verb=Verb.FORM, draft=Draft(number=number, name=name))
    return Typed(verb=Verb.UNKNOWN, rest=text)


def _number(text: str) -> tuple[str, str]:
    found = NUMBER.match(text)
    end = found.end() if found else 0
    return text[:end].strip(), text[end:].strip()


def _now(text: str) -> Typed:
    number, rest = _number(text)
    pairs = list(PAIR.finditer(rest))
    name = rest[: pairs[0].start()] if pairs else rest
    between = PAIR.sub("", rest[pairs[0].start() :]) if pairs else ""
    lines = [f"{pair['key']} = {pair['value'].strip(QUOTES).strip()}" for pair in pairs]
    draft = Draft(number=number, name=name.strip(), variables="\n".join(lines))
    return Typed(verb=Verb.NOW, draft=draft, rest=" ".join(between.split()))

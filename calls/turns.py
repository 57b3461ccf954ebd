"""A transcript's turns: who spoke, and what they said; its layout is documented nowhere."""

import asyncio
import re
from collections.abc import Iterable

from calls import opt_out
from calls.frozen import Frozen
from calls.numbers import hidden
from calls.words import clean

MOST = 2000  # turns
LONGEST = 2000  # characters of one
SPEAKER = re.compile(r"(?:\[?[\d:.,\s]+\]?\s*[-–]?\s*)?([^\W\d][\w .'’-]{0,40}?)\s*:\s+(.*)")
ASSISTANTS = frozenset(
    {
        *("assistant", "agent", "ai", "bot", "system", "ai agent", "ai assistant", "clinic"),
        *("assistante", "agente", "ia", "agent ia", "assistant ia", "clinique", "système"),
    }
)
CALLED = frozenset(
    {
        *("user", "customer", "caller", "human", "client", "patient", "callee"),
        *("utilisateur", "utilisatrice", "cliente", "patiente", "appelant", "appelante"),
    }
)


class Turn(Frozen):
    """What somebody said: ``assistant``, ``called``, a name that stands there, or nobody known."""

    speaker: str
    words: str


def read(transcript: str, number: str) -> list[Turn]:
    """Read a transcript line by line; a line that names nobody goes on with the one before."""
    found: list[Turn] = []
    for line in transcript.splitlines():
        told = hidden(clean(line, LONGEST * 2), number)[:LONGEST]
        if not told:
            continue
        named = SPEAKER.fullmatch(told)
        if named and named[2]:
            found.append(Turn(speaker=_speaker(named[1]), words=named[2]))
        elif found and len(found[-1].words) + len(told) < LONGEST:
            last = found.pop()
            found.append(last.having(words=f"{last.words} {told}"))
        else:
            found.append(Turn(speaker=found[-1].speaker if found else "", words=told))
        if len(found) > MOST:
            break
    return found[:MOST]


async def read_apart(transcript: str, number: str) -> list[Turn]:
    """Read a transcript in a thread: of a long one it would be a pause for everybody."""
    return await asyncio.to_thread(read, transcript, number)


async def opting_out(told: Iterable[Turn], assistant: str = "") -> bool:
    """Tell, by the same way, whether the person called said that they want no more calls."""
    return await asyncio.to_thread(opt_out.said_in, of_called(told, assistant))


def of_called(told: Iterable[Turn], assistant: str = "") -> list[str]:
    """Return what the person called said; a speaker who is not known to be another is them."""
    others = {"assistant", assistant.lower() or "assistant"}
    return [turn.words for turn in told if turn.speaker.lower() not in others]


def _speaker(name: str) -> str:
    known = name.lower()
    if known in ASSISTANTS:
        return "assistant"
    return "called" if known in CALLED else name

"""Dynamic variables: what the assistant is told about this call, one ``key = value`` a line."""

from collections.abc import Mapping

from calls.errors import NotAllowed, Reason
from calls.words import clean

HIDDEN = "••••"
LONGEST = 3000  # characters of all lines together: what the form can show again
QUOTED = 60  # characters of a faulty line that are repeated


def read(text: str, hidden: Mapping[str, str]) -> dict[str, str]:
    """Read one ``key = value`` a line; raise ``NotAllowed`` with a reason for every faulty line.

    A value written as ``••••`` stands for the one of the same key in ``hidden``.
    """
    found: dict[str, str] = {}
    reasons: list[Reason] = []
    for line, words in enumerate(text.splitlines(), start=1):
        if not words.strip():
            continue
        key, equals, value = (clean(part) for part in words.partition("="))
        if not equals or not key:
            reasons.append(_refused("equals" if not equals else "key", line, words))
        elif key in found:
            reasons.append(_refused("twice", line, key))
        elif HIDDEN in value and (value != HIDDEN or key not in hidden):
            reasons.append(_refused("hidden", line, key))
        else:
            found[key] = hidden[key] if value == HIDDEN else value
    if max(len(written(found, hidden=each)) for each in (False, True)) > LONGEST:
        values = {"most": str(LONGEST)}
        reasons.append(Reason(key="refused.variables.long", values=values, field="variables"))
    if reasons:
        raise NotAllowed(reasons)
    return found


def _refused(why: str, line: int, words: str) -> Reason:
    values = {"line": str(line), "words": clean(words, QUOTED)}
    return Reason(key=f"refused.variables.{why}", values=values, field="variables")


def written(values: Mapping[str, str], *, hidden: bool = False) -> str:
    """Write variables as they are read, or with every value hidden."""
    return "\n".join(f"{key} = {HIDDEN if hidden else value}" for key, value in values.items())

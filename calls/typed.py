"""Typed values: what each kind of variable accepts, and how the assistant is told it."""

from collections.abc import Mapping

from calls.directory import Assistant
from calls.errors import Reason
from calls.variables import HIDDEN
from calls.words import clean


def read(
    assistant: Assistant, typed: Mapping[str, str], hidden: Mapping[str, str], reasons: list[Reason]
) -> dict[str, str]:
    """Read what was typed for an assistant's variables; add a reason for each that is wrong.

    A value written as ``••••`` stands for the one of the same key in ``hidden``.
    """
    found = {}
    for variable in assistant.variables:
        value = clean(typed.get(variable.key, ""))
        if value == HIDDEN and variable.key in hidden:
            value = hidden[variable.key]
        if value:
            found[variable.key] = value
        elif variable.required:
            values = {"label": variable.label.spoken(assistant.language)}
            field = f"value:{variable.key}"
            reasons.append(Reason(key="refused.value.missing", values=values, field=field))
    return found

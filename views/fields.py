"""The fields that an assistant's variables are typed into, and how they are read.

A block's id holds kind and key: what was typed stays where both are the same for another assistant.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zlib import crc32

from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
    EmailInputElement,
    InputBlock,
    InputInteractiveElement,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticSelectElement,
    TimePickerElement,
    UrlInputElement,
)

from calls import typed
from calls.directory import Kind, Variable
from calls.variables import HIDDEN
from views.message import context
from views.text import Text

PREFIX = "value"
AT = "at"  # of a day and its hour, the second field
KEPT = "kept"  # cannot show ••••: left empty, it stands for it
LONGEST_OPTION = 75  # characters, by Slack's rules, as the next four
LONGEST_VALUE = 150
LONGEST_PLACEHOLDER = 150
LONGEST_LABEL = 2000
MOST_OPTIONS = 100
DAY = len("2026-03-03")
TEXTS = {Kind.TEXT, Kind.LONG_TEXT}
WITHOUT_PLACEHOLDER = {Kind.DATE, Kind.TIME, Kind.DATE_TIME, Kind.CHOICE, Kind.YES_NO}


def render(variables: Sequence[Variable], values: Mapping[str, str], text: Text) -> list[Block]:
    """Draw the fields; a key that has no value yet shows its default."""
    blocks: list[Block] = []
    kept = []
    for variable in variables:
        value = values.get(variable.key, variable.default)
        hidden = value == HIDDEN and variable.kind not in TEXTS
        blocks += _blocks(variable, "" if hidden else value, text, hidden=hidden)
        kept += [variable.label.spoken(text.language)] * hidden
    if kept:
        blocks.append(context(text.mrkdwn("form.kept", labels=", ".join(kept)[:1000])))
    return blocks


def read(view: Mapping[str, Any]) -> dict[str, str]:
    """Read each field that is in a view; Slack may send an empty one as null, or leave it out."""
    state = (view.get("state") or {}).get("values") or {}
    parts: dict[str, list[str]] = {}
    kept = set()
    for block_id in _ids(view, state):
        kind, key = _named(block_id)
        parts.setdefault(key, []).append(_value(state.get(block_id) or {}))
        if KEPT in kind:
            kept.add(key)
    found = {key: " ".join(filter(None, values)) for key, values in parts.items()}
    return {key: HIDDEN if key in kept and not value else value for key, value in found.items()}


def block_of(field: str, view: Mapping[str, Any]) -> str | None:
    """Return the id of the block in a view that asks for a variable: ``value:<key>``."""
    asked = (one for one in _ids(view, {}) if f"{PREFIX}:{_named(one)[1]}" == field)
    return next(asked, None)


def _ids(view: Mapping[str, Any], state: Mapping[str, Any]) -> list[str]:
    shown = (block.get("block_id") or "" for block in view.get("blocks") or ())
    found = dict.fromkeys([*shown, *state])
    return [one for one in found if one.startswith(f"{PREFIX}:")]


def _named(block_id: str) -> tuple[list[str], str]:
    _, kind, key = block_id.split(":", 2)
    return kind.split("."), key


def _value(elements: Mapping[str, Any]) -> str:
    element = next(iter(elements.values()), None) or {}
    chosen = element.get("selected_option") or {}
    told = (element.get(key) for key in ("value", "selected_date", "selected_time"))
    return next((str(one) for one in told if one), "") or str(chosen.get("value") or "")


def _blocks(variable: Variable, value: str, text: Text, *, hidden: bool) -> Iterator[InputBlock]:
    label = variable.label.spoken(text.language)
    kind = f"{variable.kind}.{KEPT}" if hidden else variable.kind.value
    element: InputInteractiveElement = _element(variable, value, text)
    elements = {kind: (label, _hint(variable, text), element)}
    if variable.kind is Kind.DATE_TIME:
        at = typed.accepted(variable, value)[DAY + 1 :] if typed.fits(variable, value) else ""
        element = TimePickerElement(action_id=AT, initial_time=at or None)
        elements[f"{kind}.{AT}"] = text("form.value_at", label=label), None, element
    for part, (name, hint, element) in elements.items():
        yield InputBlock(
            block_id=f"{PREFIX}:{part}:{variable.key}",
            label=PlainTextObject(text=name[:LONGEST_LABEL], emoji=False),
            hint=hint,
            element=element,
            optional=hidden or not variable.required,
        )


def _hint(variable: Variable, text: Text) -> PlainTextObject | None:
    """Tell the example where the element itself has no place for it."""
    if not variable.example or variable.kind not in WITHOUT_PLACEHOLDER:
        return None
    told = text("form.value_example", example=variable.example)
    return PlainTextObject(text=told[:LONGEST_LABEL], emoji=False)


def _element(variable: Variable, value: str, text: Text) -> InputInteractiveElement:
    known = typed.accepted(variable, value) if typed.fits(variable, value) else None
    example = variable.example[:LONGEST_PLACEHOLDER] or None
    match variable.kind:
        case Kind.DATE | Kind.DATE_TIME:
            return DatePickerElement(action_id="day", initial_date=known and known[:DAY])
        case Kind.TIME:
            return TimePickerElement(action_id=AT, initial_time=known)
        case Kind.CHOICE | Kind.YES_NO:
            return _choice(variable, known, text)
    element: NumberInputElement | EmailInputElement | UrlInputElement | PlainTextInputElement
    match variable.kind:
        case Kind.NUMBER:
            element = NumberInputElement(is_decimal_allowed=True, initial_value=known)
        case Kind.EMAIL:
            element = EmailInputElement(initial_value=known)
        case Kind.URL:
            element = UrlInputElement(initial_value=known)
        case _:
            element = _text(variable, value)
    element.action_id = variable.kind.value
    element.placeholder = example and PlainTextObject(text=example, emoji=False)
    return element


def _text(variable: Variable, value: str) -> PlainTextInputElement:
    most = max(min(variable.longest or typed.LONGEST, typed.LONGEST), len(HIDDEN))
    return PlainTextInputElement(
        initial_value=value[:most] or None,
        max_length=most,
        multiline=variable.kind is Kind.LONG_TEXT or None,
    )


def _choice(
    variable: Variable, chosen: str | None, text: Text
) -> StaticSelectElement | RadioButtonsElement:
    """Draw a menu, or two buttons where an answer is required: they cannot be left empty again."""
    if variable.kind is Kind.YES_NO:
        offered = [option(text(f"form.{one}"), one) for one in ("yes", "no")]
    else:
        offered = [option(one, one) for one in variable.choices[:MOST_OPTIONS]]
    initial = next((one for one in offered if one.value == chosen), None)
    if variable.kind is Kind.YES_NO and variable.required:
        return RadioButtonsElement(action_id="either", options=offered, initial_option=initial)
    # What is chosen stays for another assistant only where that offers the same.
    same = crc32("\n".join(variable.choices).encode())
    return StaticSelectElement(
        action_id=f"one of {same:x}",
        options=offered,
        initial_option=initial,
        placeholder=text("form.choose"),
    )


def line(
    name: str,
    value: str,
    longest: Mapping[str, int],
    text: Text,
    *,
    optional: bool = False,
    multiline: bool = False,
    focus: bool = False,
    action: str | None = None,
    label: str | None = None,
) -> InputBlock:
    """Draw a field of every form, with the label and the hint of its name."""
    most = longest[name]
    element = PlainTextInputElement(
        action_id=action or name,
        initial_value=value[:most] or None,
        max_length=most,
        multiline=multiline or None,
        focus_on_load=focus or None,
    )
    return InputBlock(
        block_id=name,
        label=label or text(f"form.{name}"),
        hint=text(f"form.{name}_hint"),
        element=element,
        optional=optional,
    )


def option(label: str, value: str, description: str = "") -> Option:
    """Offer something that has a stranger's name."""
    about = PlainTextObject(text=shortened(description), emoji=False) if description else None
    return Option(
        text=PlainTextObject(text=shortened(label), emoji=False),
        value=value[:LONGEST_VALUE],
        description=about,
    )


def shortened(words: str) -> str:
    """Cut plain words to what an option can show; it cannot show nothing."""
    words = words or "–"
    return words if len(words) <= LONGEST_OPTION else words[: LONGEST_OPTION - 1] + "…"

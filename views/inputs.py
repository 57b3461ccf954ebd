"""Fields of the windows in which administrators decide: drawn with what holds."""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    CheckboxesElement,
    ConversationFilter,
    ConversationMultiSelectElement,
    InputBlock,
    InputInteractiveElement,
    NumberInputElement,
    Option,
    OptionGroup,
    PlainTextInputElement,
    StaticMultiSelectElement,
    UserMultiSelectElement,
)

from views.countries import by_letter, names
from views.text import Text


def line(name: str, text: Text, value: str, most: int, *, multiline: bool = False) -> InputBlock:
    """Ask for words."""
    element = PlainTextInputElement(
        action_id=name,
        initial_value=value[:most] or None,
        max_length=most,
        multiline=multiline or None,
    )
    return _input(name, text, element)


def number(
    name: str, text: Text, value: float | None, least: int, most: int, **told: str
) -> InputBlock:
    """Ask for a number; ``told`` is what the hint names."""
    element = NumberInputElement(
        action_id=name,
        is_decimal_allowed=isinstance(value, float) and not value.is_integer(),
        initial_value=None if value is None else f"{value:g}",
        min_value=str(least),
        max_value=str(most),
    )
    return _input(name, text, element, **told)


def people(name: str, text: Text, chosen: Sequence[str]) -> InputBlock:
    """Ask for people."""
    element = UserMultiSelectElement(action_id=name, initial_users=list(chosen) or None)
    return _input(name, text, element)


def conversations(name: str, text: Text, chosen: Sequence[str]) -> InputBlock:
    """Ask for channels."""
    element = ConversationMultiSelectElement(
        action_id=name,
        initial_conversations=list(chosen) or None,
        filter=ConversationFilter(include=["public", "private"]),
    )
    return _input(name, text, element)


def countries(name: str, text: Text, chosen: Sequence[str]) -> InputBlock:
    """Ask for countries, by name."""
    known = names(text.language)
    offered = {code: Option(label=told, value=code) for code, told in known.items()}
    groups = [
        OptionGroup(label=letter, options=[offered[code] for code in codes])
        for letter, codes in by_letter(text.language).items()
    ]
    element = StaticMultiSelectElement(
        action_id=name,
        option_groups=groups,
        initial_options=[offered[code] for code in chosen if code in offered] or None,
        max_selected_items=len(offered),
    )
    return _input(name, text, element)


def tick(name: str, text: Text, *, ticked: bool) -> InputBlock:
    """Ask for a yes."""
    yes = Option(label=text(f"rules.{name}_option"), value="yes")
    element = CheckboxesElement(
        action_id=name, options=[yes], initial_options=[yes] if ticked else None
    )
    return _input(name, text, element)


def _input(name: str, text: Text, element: InputInteractiveElement, **told: str) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=text(f"rules.{name}"),
        hint=text(f"rules.{name}_hint", **told),
        element=element,
        optional=True,
    )

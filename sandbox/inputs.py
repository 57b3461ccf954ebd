"""What stands in the fields of a form: at first, and after somebody has typed or chosen."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sandbox.blocks import JSON, elements

State = dict[str, dict[str, JSON]]  # block_id -> action_id -> what stands there


class GestureError(Exception):
    """Slack would not let a person do this."""


class Kind(NamedTuple):
    """How Slack reports one type of element."""

    key: str
    initial: str
    several: bool = False


KINDS = {
    **{
        name: Kind("value", "initial_value")
        for name in ("plain_text_input", "email_text_input", "url_text_input", "number_input")
    },
    "static_select": Kind("selected_option", "initial_option"),
    "external_select": Kind("selected_option", "initial_option"),
    "radio_buttons": Kind("selected_option", "initial_option"),
    "overflow": Kind("selected_option", "initial_option"),
    "checkboxes": Kind("selected_options", "initial_options", several=True),
    "multi_static_select": Kind("selected_options", "initial_options", several=True),
    "multi_external_select": Kind("selected_options", "initial_options", several=True),
    "conversations_select": Kind("selected_conversation", "initial_conversation"),
    "channels_select": Kind("selected_channel", "initial_channel"),
    "users_select": Kind("selected_user", "initial_user"),
    "multi_conversations_select": Kind("selected_conversations", "initial_conversations", True),
    "multi_channels_select": Kind("selected_channels", "initial_channels", several=True),
    "multi_users_select": Kind("selected_users", "initial_users", several=True),
    "datepicker": Kind("selected_date", "initial_date"),
    "timepicker": Kind("selected_time", "initial_time"),
    "datetimepicker": Kind("selected_date_time", "initial_date_time"),
    "rich_text_input": Kind("rich_text_value", "initial_value"),
    "file_input": Kind("files", "initial_files", several=True),
}
OF_BUTTON = {"type", "text", "value", "style", "url"}  # what is reported when it is pressed


def initial_state(blocks: Iterable[JSON], channel: str | None) -> State:
    """Return what stands in each field before anybody touches it."""
    state: State = {}
    for block, element in elements(blocks):
        if (kind := KINDS.get(element["type"])) and element["type"] != "overflow":
            value = element.get(kind.initial, [] if kind.several else None)
            if value is None and element.get("default_to_current_conversation"):
                value = channel if _offered(element, channel) else None
            found = {"type": element["type"], kind.key: value}
            state.setdefault(block["block_id"], {})[element["action_id"]] = found
    return state


def _offered(element: JSON, channel: str | None) -> bool:
    """Tell whether a menu has this conversation among those that it offers."""
    kinds = element.get("filter", {}).get("include", ["im"])
    return channel is not None and ("im" in kinds or not channel.startswith("D"))


def laid_over(state: State, newer: Mapping[str, Mapping[str, JSON]]) -> State:
    """Return the state with the newer values, as far as their fields still exist."""
    return {
        block: {action: newer.get(block, {}).get(action, old) for action, old in fields.items()}
        for block, fields in state.items()
    }


def typed(blocks: Iterable[JSON], values: Mapping[str, object]) -> State:
    """Return what typing or choosing these values, by block_id, puts into the fields."""
    fields = {block["block_id"]: e for block, e in elements(blocks) if e["type"] in KINDS}
    if unknown := values.keys() - fields.keys():
        raise GestureError(f"no such field: {sorted(unknown)}; there are {sorted(fields)}")
    return {
        block: {fields[block]["action_id"]: entered(fields[block], value)}
        for block, value in values.items()
    }


def entered(element: JSON, value: object) -> JSON:
    """Return what an element reports once a person has put this value in; None empties it."""
    kind = KINDS[element["type"]]
    state = {"type": element["type"], kind.key: [] if kind.several else None}
    if value is None or value in ("", []):
        return state
    if isinstance(value, str):
        _measure(element, value)
    many = list(value) if isinstance(value, (list, tuple)) else [value]
    chosen = [_option(element, v) if "option" in kind.key else v for v in many]
    return {**state, kind.key: chosen if kind.several else chosen[0]}


def reported(blocks: list[JSON], action_id: str, value: object, block: str | None) -> JSON:
    """Return what Slack reports of the one element that is pressed, or in which is chosen."""
    found = [
        (standing_in, element)
        for standing_in, element in elements(blocks)
        if element["action_id"] == action_id
        and block in (None, standing_in["block_id"])
        and (element["type"] != "button" or value in (None, element.get("value")))
    ]
    if len(found) != 1:
        there = [(b["block_id"], e["action_id"], e.get("value")) for b, e in elements(blocks)]
        raise GestureError(f"{len(found)} elements are {action_id!r}; there are {there}")
    standing_in, element = found[0]
    names = {"block_id": standing_in["block_id"], "action_id": action_id}
    if element["type"] in KINDS:
        return {**names, **entered(element, value)}
    return {**names, **{key: element[key] for key in OF_BUTTON & element.keys()}}


def missing(blocks: Iterable[JSON], state: State) -> list[str]:
    """Return the block ids of the fields that Slack wants filled before it sends anything."""
    return [
        block["block_id"]
        for block, element in elements(blocks)
        if block["type"] == "input"
        and not block.get("optional")
        and not state[block["block_id"]][element["action_id"]][KINDS[element["type"]].key]
    ]


def _measure(element: JSON, value: str) -> None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not least <= len(value) <= most:
        raise GestureError(f"{element['action_id']} takes {least} to {most} characters")


def _option(element: JSON, value: object) -> Any:  # noqa: ANN401 - an option object
    if isinstance(value, dict):  # what an external select has loaded
        return value
    groups = element.get("option_groups", [])
    options = [*element.get("options", []), *(o for g in groups for o in g["options"])]
    found = [option for option in options if option.get("value") == value]
    if not found:
        raise GestureError(f"{value!r} cannot be chosen of {[o.get('value') for o in options]}")
    return found[0]

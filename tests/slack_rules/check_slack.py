#!/usr/bin/env python3
"""Judge what a Slack app sends to Slack, and what Slack (or a fake Slack) sends to the app.

Needs: pip install jsonschema pyyaml slack_sdk blockkit   (tested with 4.26, 6.0, 3.47, 2.1)

    python check_slack.py blocks   FILE [--surface message|modal|home]
    python check_slack.py view     FILE
    python check_slack.py payload  KIND FILE
    python check_slack.py args     METHOD FILE
    python check_slack.py manifest FILE [--source DIR]

FILE is JSON or YAML, "-" is stdin. Every check_* function returns a list of complaints, empty when all is well.
Each complaint ends with its judge: [schema] Slack's own types, [blockkit] and [slack_sdk] those packages, [rule] this file.
Not covered by anyone: whether ids exist, permissions, mrkdwn syntax, URL reachability, duplicate option values,
well-formed initial values of e-mail and URL inputs.

Ringback's one change: a block in which nothing was wrong is not judged again, which was most of what judging took.
"""
from __future__ import annotations

import argparse
import inspect
import json
import logging
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from blockkit import core as bk
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

SCHEMAS = Path(__file__).resolve().parent / "schemas"
KIND_ALIASES = {"command": "slash_command", "message_shortcut": "message_action", "global_shortcut": "shortcut"}
EVENTS = {"function_executed", "app_home_opened", "app_uninstalled", "tokens_revoked"}


# --- JSON schemas ------------------------------------------------------------------------------------------------


@cache
def _data(name: str) -> dict:
    return json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))


@cache
def _validator(name: str, definition: str | None = None) -> jsonschema.Draft7Validator:
    schema = _data(name)
    if definition:
        schema = {"definitions": schema["definitions"], "$ref": f"#/definitions/{definition}"}
    return jsonschema.Draft7Validator(schema)


def _by_schema(name: str, definition: str | None, value: Any, where: str = "") -> list[str]:
    return [f"{m} [schema]" for e in _validator(name, definition).iter_errors(value) for m in _explain(e, where)]


def _path(where: str, parts: Iterable) -> str:
    text = where + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in parts)
    return text.lstrip(".") or "(top)"


def _explain(error: jsonschema.ValidationError, where: str) -> Iterator[str]:
    """For a failed anyOf, report the branch that was meant (same `type`), not all of them."""
    here = _path(where, error.absolute_path)
    branches: dict[Any, list] = {}
    for sub in error.context or []:
        branches.setdefault(sub.schema_path[0], []).append(sub)
    if not branches:
        yield f"{here}: {error.message[:200]}"
    elif all(e.validator == "required" and not e.relative_path for es in branches.values() for e in es):
        yield f"{here}: needs one of " + " / ".join("+".join(es[0].validator_value) for es in branches.values())
    else:
        meant = [es for es in branches.values() if not any(_wrong_type(e) for e in es)]
        if meant:
            for sub in min(meant, key=len):
                yield from _explain(sub, where)
        elif isinstance(error.instance, dict):
            yield f"{here}: type {error.instance.get('type')!r} is not allowed here"
        else:
            yield f"{here}: {json.dumps(error.instance)[:80]} is not allowed here"


def _wrong_type(error: jsonschema.ValidationError) -> bool:
    if error.validator == "anyOf" and not error.relative_path:
        firsts: dict[Any, list] = {}
        for sub in error.context:
            firsts.setdefault(sub.schema_path[0], []).append(sub)
        return all(any(_wrong_type(e) for e in es) for es in firsts.values())
    return error.validator in ("const", "enum", "type") and list(error.relative_path) in ([], ["type"])


# --- blockkit: rebuild the JSON with its builders, which check lengths and counts ----------------------------------


class _NotJudged(Exception):
    """blockkit does not know this type."""


def _components() -> dict[str, type]:
    found: dict[str, type] = {}
    for cls in vars(bk).values():
        if inspect.isclass(cls) and issubclass(cls, bk.Component) and cls is not bk.Component:
            kind = cls()._fields.get("type") if not inspect.isabstract(cls) else None
            if kind is not None and kind.value:
                found.setdefault(kind.value, cls)
    return found


BK_TYPES = _components()
BK_KEYS = {
    "options": bk.Option, "initial_option": bk.Option, "initial_options": bk.Option, "option_groups": bk.OptionGroup,
    "confirm": bk.Confirm, "dispatch_action_config": bk.DispatchActionConfig, "filter": bk.ConversationFilter,
    "slack_file": bk.SlackFile,
}


def _for_blockkit(node: dict, key: str | None) -> dict:
    """blockkit is behind Slack in a few places; hand it what it can judge (the rest is in LIMITS and _own_rules)."""
    node, kind = dict(node), node.get("type")
    if isinstance(node.get("alt_text"), str):
        node["alt_text"] = node["alt_text"][:255]
    if node.get("min_query_length") == 0:
        del node["min_query_length"]
    if "option_groups" in node:
        node.pop("initial_option", None), node.pop("initial_options", None)
    if kind == "datetimepicker" and key == "elements":
        node["type"] = "datepicker"
    if kind == "number_input":
        for name in ("initial_value", "min_value", "max_value"):  # numbers there, strings in JSON
            if re.fullmatch(r"-?\d+(\.\d+)?", str(node.get(name))):
                node[name] = float(node[name]) if "." in str(node[name]) else int(node[name])
    if kind in ("checkboxes", "radio_buttons"):
        node = json.loads(json.dumps(node).replace('"mrkdwn"', '"plain_text"').replace('"verbatim"', '"emoji"'))
    return node


def _to_blockkit(value: Any, key: str | None = None) -> Any:
    if isinstance(value, list):
        return [_to_blockkit(v, key) for v in value]
    if not isinstance(value, dict):
        return value
    value = _for_blockkit(value, key)
    kind = value.get("type")
    if kind in ("plain_text", "mrkdwn"):
        return bk.Text(**value)
    if kind == "image":
        cls = bk.ImageEl if key in ("accessory", "elements") else bk.Image
    elif kind in BK_TYPES:
        cls = BK_TYPES[kind]
    elif kind is None and key in BK_KEYS:
        cls = BK_KEYS[key]
    else:
        raise _NotJudged
    made = cls()
    for name, inner in value.items():
        if name == "type" or name not in made._fields:  # unknown keys are the schema's business
            continue
        built, setter = _to_blockkit(inner, name), getattr(made, name)
        setter(*built) if isinstance(built, list) else setter(built)
    return made


def _by_blockkit(value: dict, where: str) -> list[str]:
    try:
        _to_blockkit(value).build()
    except _NotJudged:
        pass
    except Exception as exc:  # the package raises several kinds; any of them means "refused"
        return [f"{where}: {exc} [blockkit]"]
    return []


def _by_slack_sdk(build: Any, where: str) -> list[str]:
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)  # "unknown type" is only a log line there
    try:
        made = build()
        if made is not None:
            made.to_dict()
    except Exception as exc:
        return [f"{where}: {exc} [slack_sdk]"]
    return []


# --- own rules: what none of the three knows -----------------------------------------------------------------------

# Blocks that do not exist on every surface. Home is documented inconsistently for container and
# data_visualization, so they are kept to messages.
ONLY_ON = {
    "alert": {"modal"}, "table": {"message", "home"}, "data_table": {"message", "home"}, "carousel": {"message", "home"},
    "container": {"message"}, "data_visualization": {"message"}, "context_actions": {"message"}, "markdown": {"message"},
    "task_card": {"message"}, "plan": {"message"}, "call": {"message"}, "file": {"message"}, "file_input": {"modal"},
}
MAX_BLOCKS = {"message": 50, "modal": 100, "home": 100}

# type -> path -> (least, most) characters or items. "*" stands for every item of a list.
LIMITS: dict[str, dict[str, tuple[int, float]]] = {
    "section": {"fields.*.text": (1, 2000)},
    "actions": {"elements": (1, 25)},
    "context": {"elements": (1, 10)},
    "alert": {"text.text": (1, 200)},
    "card": {"title.text": (1, 150), "subtitle.text": (1, 150), "body.text": (1, 200), "subtext.text": (1, 200),
             "actions": (1, 3)},
    "carousel": {"elements": (1, 10)},
    "container": {"title.text": (1, 150), "subtitle.text": (1, 150), "child_blocks": (1, 10)},
    "table": {"rows": (1, 100), "rows.*": (1, 20), "column_settings": (0, 20)},
    "data_table": {"caption": (1, float("inf")), "rows": (2, 201), "rows.*": (1, 20)},
    "data_visualization": {
        "title": (1, 50), "chart.segments": (1, 6), "chart.segments.*.label": (1, 20), "chart.series": (1, 6),
        "chart.series.*.name": (1, 20), "chart.series.*.data": (1, 20), "chart.series.*.data.*.label": (1, 20),
        "chart.axis_config.categories": (1, 20), "chart.axis_config.categories.*": (1, 20),
        "chart.axis_config.x_label": (0, 50), "chart.axis_config.y_label": (0, 50)},
    "context_actions": {"elements": (1, 5)},
    "plan": {"title": (1, float("inf")), "tasks": (0, 50)},
    "task_card": {"task_id": (1, float("inf")), "title": (1, float("inf"))},
    "call": {"call_id": (1, float("inf"))},
    "image": {"alt_text": (1, 2000), "image_url": (1, 3000)},
    "feedback_buttons": {"positive_button.text.text": (1, 75), "negative_button.text.text": (1, 75)},
    "icon_button": {"text.text": (1, 75), "value": (0, 2000)},
    "raw_text": {"text": (1, float("inf"))},
}
LIMITS_ANY = {"block_id": (1, 255), "action_id": (1, 255)}


def _values(value: Any, path: list[str], where: str) -> Iterator[tuple[str, Any]]:
    if not path:
        yield where, value
    elif path[0] == "*" and isinstance(value, list):
        for i, item in enumerate(value):
            yield from _values(item, path[1:], f"{where}[{i}]")
    elif isinstance(value, dict) and path[0] in value:
        yield from _values(value[path[0]], path[1:], f"{where}.{path[0]}")


def _nodes(value: Any, where: str) -> Iterator[tuple[str, dict]]:
    """Every object inside a block, the block first."""
    if isinstance(value, dict):
        yield where, value
        for key, inner in value.items():
            yield from _nodes(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _nodes(inner, f"{where}[{i}]")


def _twice(ids: Iterable[Any]) -> list[str]:
    return [i for i, n in Counter(i for i in ids if isinstance(i, str)).items() if n > 1]


def _number(text: str | None, default: str) -> float:
    try:
        return float(text if text is not None else default)
    except ValueError:
        return float(default)  # not a number: blockkit says so


def _own_rules(block: dict, where: str, surface: str) -> Iterator[str]:
    kind = block.get("type")
    for at, node in _nodes(block, where):
        node_type = str(node.get("type"))
        for path, (least, most) in {**LIMITS_ANY, **LIMITS.get(node_type, {})}.items():
            for spot, found in _values(node, path.split("."), at):
                if isinstance(found, (str, list)) and not least <= len(found) <= most:
                    yield f"{spot}: {len(found)} characters or items, allowed are {least} to {most}"
        if surface not in ONLY_ON.get(node_type, {surface}):
            yield f"{at}: {node_type} is not for a {surface}"
        if node_type == "datetimepicker" and len(str(node.get("initial_date_time", "1234567890"))) != 10:
            yield f"{at}.initial_date_time: must be UNIX seconds, 10 digits"
        if node.get("min_length", 0) > node.get("max_length", 3000):
            yield f"{at}: min_length is above max_length"
        if node_type == "number_input" and _number(node.get("min_value"), "-inf") > _number(node.get("max_value"), "inf"):
            yield f"{at}: min_value is above max_value"
        if len(node.get("initial_options", [])) > node.get("max_selected_items", 100):
            yield f"{at}: more initial_options than max_selected_items"
        if node_type == "video" and not all(str(node.get(k, "https://")).startswith("https://") for k in ("video_url", "title_url")):
            yield f"{at}: a video needs https"
        if node.get("option_groups"):
            options = [o for g in node["option_groups"] for o in g.get("options", [])]
            wanted = node.get("initial_options", []) + [node.get("initial_option", options[0] if options else None)]
            if any(o not in options for o in wanted):
                yield f"{at}: the initial option is not one of the options"
    if kind not in ("container", "carousel"):  # their children count as blocks of their own
        for action_id in _twice(n.get("action_id") for _, n in _nodes(block, where)):
            yield f"{where}: action_id {action_id!r} occurs twice in one block"

    if kind == "card" and not {"hero_image", "title", "body", "actions"} & block.keys():
        yield f"{where}: a card needs one of hero_image, title, body, actions"
    elif kind == "container":
        if not {"title", "rich_text_title"} & block.keys():
            yield f"{where}: a container needs title or rich_text_title"
        if block.get("default_collapsed") and not block.get("is_collapsible"):
            yield f"{where}: default_collapsed needs is_collapsible"
    elif kind == "input" and block.get("dispatch_action") and block.get("element", {}).get("type") == "file_input":
        yield f"{where}: file_input cannot dispatch actions"
    elif kind == "data_table":
        if not 1 <= block.get("page_size", 5) <= 100:
            yield f"{where}.page_size: allowed are 1 to 100"
        if block.get("row_header_column_index", 0) >= max((len(r) for r in block.get("rows", [])), default=1):
            yield f"{where}.row_header_column_index: no such column"
    elif kind == "data_visualization":
        yield from _chart_rules(block.get("chart", {}), f"{where}.chart")
    elif kind == "task_card" and block.get("status") == "pending":
        yield f"{where}: only a task inside a plan can be pending"


def _chart_rules(chart: dict, where: str) -> Iterator[str]:
    if any(s.get("value", 1) <= 0 for s in chart.get("segments", [])):
        yield f"{where}.segments: values must be above 0"
    categories = chart.get("axis_config", {}).get("categories", [])
    for name in _twice(s.get("name") for s in chart.get("series", [])):
        yield f"{where}.series: name {name!r} occurs twice"
    for series in chart.get("series", []):
        if [p.get("label") for p in series.get("data", [])] != categories:
            yield f"{where}.series: the labels of {series.get('name')!r} are not axis_config.categories"


# --- blocks and views ----------------------------------------------------------------------------------------------


@cache
def _block_definitions() -> dict[str, str]:
    """Block type -> name of its definition, e.g. section -> SectionBlock."""
    defs, found = _data("blocks.schema")["definitions"], {}
    for ref in defs["KnownBlock"]["anyOf"]:
        name = ref["$ref"].rsplit("/", 1)[1]
        shape = defs[name].get("anyOf", [defs[name]])[0]
        found[shape["properties"]["type"]["const"]] = name
    return found


_SOUND: set[bytes] = set()  # what was judged already, and how, where nothing was wrong


def _judged(how: str, block: Any) -> bytes:
    """repr tells a tuple from a list and 1 from True, as the judges do."""
    return blake2b(f"{how} {block!r}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _check_block(block: Any, where: str, surface: str) -> list[str]:
    judged = _judged(f"on a {surface}", block)
    if judged in _SOUND:
        return []
    found = _check_new_block(block, where, surface)
    if not found:
        _SOUND.add(judged)
    return found


def _check_new_block(block: Any, where: str, surface: str) -> list[str]:
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(kind, str) or kind not in _block_definitions():
        return [f"{where}: unknown block type {kind!r} [schema]"]
    found = _by_schema("blocks.schema", _block_definitions()[kind], block, where)
    shape_is_right = not found
    found += _by_blockkit(block, where)
    found += _by_slack_sdk(lambda: Block.parse(block), where)
    if shape_is_right:
        found += [f"{m} [rule]" for m in _own_rules(block, where, surface)]
        # What the two packages cannot look into.
        if kind == "container":
            for i, child in enumerate(block["child_blocks"]):
                found += _check_block(child, f"{where}.child_blocks[{i}]", surface)
        elif kind == "carousel":
            for i, card in enumerate(block["elements"]):
                found += _check_block(card, f"{where}.elements[{i}]", surface)
        elif kind == "card" and block.get("actions"):
            found += _by_blockkit({"type": "actions", "elements": block["actions"]}, f"{where}.actions")
    return found


def check_blocks(blocks: list, surface: str = "message") -> list[str]:
    """Complaints about a list of blocks shown on a message, modal or home."""
    if not isinstance(blocks, list):
        return ["(top): blocks must be a list [schema]"]
    found, good, rules = [], [], []
    for i, block in enumerate(blocks):
        complaints = _check_block(block, f"blocks[{i}]", surface)
        found += complaints
        if not any(c.endswith("[schema]") for c in complaints):
            good.append(block)
    if len(blocks) > MAX_BLOCKS[surface]:
        rules.append(f"{len(blocks)} blocks, a {surface} takes {MAX_BLOCKS[surface]}")
    rules += [f"block_id {i!r} occurs twice" for i in _twice(b.get("block_id") for b in good)]
    if sum(len(str(b.get("text"))) for b in good if b.get("type") == "markdown") > 12_000:
        rules.append("markdown blocks: more than 12000 characters together")
    if sum(b.get("type") == "data_visualization" for b in good) > 2:
        rules.append("more than 2 data_visualization blocks")
    cells = (c for b in good if b.get("type") == "data_table" for r in b.get("rows", []) for c in r)
    if sum(len(str(n["text"])) for c in cells for _, n in _nodes(c, "") if "text" in n) > 20_000:
        rules.append("data_table blocks: more than 20000 characters together")
    if sum(n.get("focus_on_load") is True for b in good for _, n in _nodes(b, "")) > 1:
        rules.append("focus_on_load is set twice")
    return list(dict.fromkeys(found + [f"blocks: {m} [rule]" for m in rules]))


def _check_shape(view: dict, definition: str) -> list[str]:
    """Look for what is wrong without the blocks that are known to fit; if there is anything, with all of them."""
    blocks = view.get("blocks")
    if isinstance(blocks, list):
        new = {judged: b for b in blocks if (judged := _judged(definition, b)) not in _SOUND}
        if not _by_schema("blocks.schema", definition, {**view, "blocks": [*new.values()]}, "view"):
            _SOUND.update(new)
            return []
    return _by_schema("blocks.schema", definition, view, "view")


def check_view(view: dict) -> list[str]:
    """Complaints about a modal or Home view."""
    kind = view.get("type") if isinstance(view, dict) else None
    if kind not in ("modal", "home"):
        return [f"view: type {kind!r}, expected 'modal' or 'home' [schema]"]
    found = _check_shape(view, f"{kind.title()}View")
    if found:
        return found
    blocks = view["blocks"]
    envelope = {**view, "blocks": [{"type": "divider"}]}
    found += _by_blockkit(envelope, "view") + _by_slack_sdk(lambda: View(**envelope), "view")
    found += check_blocks(blocks, kind)
    if kind == "modal" and not view.get("submit") and any(b["type"] == "input" for b in blocks):
        found.append("view: an input block needs submit [rule]")
    if len(view.get("external_id") or "") > 255:
        found.append("view.external_id: more than 255 characters [rule]")
    return found


# --- payloads and arguments ----------------------------------------------------------------------------------------


def payload_kinds() -> list[str]:
    return sorted(k for k in _data("payloads.schema")["definitions"] if k[0].islower()) + sorted(KIND_ALIASES)


def check_payload(kind: str, payload: dict) -> list[str]:
    """Complaints about a payload Slack sends, or an app's answer (view_response, options_response)."""
    if kind not in payload_kinds():
        return [f"{kind}: unknown kind, known are {', '.join(payload_kinds())} [rule]"]
    kind = KIND_ALIASES.get(kind, kind)
    found = []
    if kind in EVENTS and isinstance(payload, dict) and payload.get("type") == "event_callback":
        found, payload = _by_schema("payloads.schema", "event_callback", payload), payload.get("event", {})
    found += _by_schema("payloads.schema", kind, payload)
    if found:
        return found
    if kind == "block_actions" and "view" not in payload and not payload.get("response_url"):
        found.append("response_url: missing, though this does not come from a view [rule]")
    if kind == "view_response" and "view" in payload:
        found += check_view(payload["view"])
    if kind == "options_response":
        menu = {"type": "static_select", "action_id": "a", **payload}
        if payload.get("options") or payload.get("option_groups"):  # an empty answer is legal
            found += _by_blockkit(menu, "(top)")
    return found


JSON_ARGS = ("blocks", "attachments", "metadata", "view", "files", "outputs")


def check_args(method: str, args: dict) -> list[str]:
    """Complaints about the arguments of a Web API call, or of a POST to a response_url (method "response_url")."""
    if method not in _data("args.schema")["definitions"]:
        return [f"{method}: not in the method table [rule]"]
    try:
        args = {k: json.loads(v) if k in JSON_ARGS and isinstance(v, str) else v for k, v in args.items() if v is not None}
    except ValueError as exc:
        return [f"an argument is not JSON: {exc} [rule]"]
    for key in ("users", "channels", "types"):  # the SDK joins these
        if isinstance(args.get(key), (list, tuple)) and all(isinstance(v, str) for v in args[key]):
            args[key] = ",".join(args[key])
    found = _by_schema("args.schema", method, args)
    if "blocks" in args:
        found += check_blocks(args["blocks"])
    if "view" in args:
        found += check_view(args["view"])
        wanted = {"views.publish": "home", "views.open": "modal", "views.push": "modal"}.get(method)
        if wanted and isinstance(args["view"], dict) and args["view"].get("type") != wanted:
            found.append(f"view: {method} takes a {wanted} view [rule]")
    if method.startswith("chat.post") or method == "chat.update":
        if args.get("blocks") and not args.get("text"):
            found.append("text: give a fallback next to blocks, for notifications and screen readers [rule]")
        if "markdown_text" in args and {"text", "blocks"} & args.keys():
            found.append("markdown_text: not together with text or blocks [rule]")
    for key, most in (("text", 40_000), ("markdown_text", 12_000)):
        if isinstance(args.get(key), str) and len(args[key]) > most:
            found.append(f"{key}: more than {most} characters [rule]")
    return found


# --- manifest ------------------------------------------------------------------------------------------------------

# Any one of these bot scopes lets the app have the event. Events not named here need none, or are rare.
EVENT_SCOPES = {
    "app_mention": {"app_mentions:read"}, "message.channels": {"channels:history"}, "message.groups": {"groups:history"},
    "message.im": {"im:history"}, "message.mpim": {"mpim:history"}, "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"}, "file_shared": {"files:read"}, "team_join": {"users:read"},
    "user_change": {"users:read"}, "link_shared": {"links:read"}, "channel_rename": {"channels:read"},
    "member_joined_channel": {"channels:read", "groups:read"}, "member_left_channel": {"channels:read", "groups:read"},
}


def check_manifest(manifest: dict, methods: Iterable[str] = ()) -> list[str]:
    """Complaints about an app manifest; `methods` are the Web API methods the app calls with its bot token."""
    found = _by_schema("manifest.v1.schema", None, manifest)
    return found or [f"{m} [rule]" for m in _manifest_rules(manifest, methods)]


def _manifest_rules(manifest: dict, methods: Iterable[str]) -> Iterator[str]:
    names = _data("names")
    features, settings, oauth = (manifest.get(k) or {} for k in ("features", "settings", "oauth_config"))
    scopes = oauth.get("scopes") or {}
    bot = set(scopes.get("bot") or []) | set(scopes.get("bot_optional") or [])
    subscribed = settings.get("event_subscriptions") or {}
    events = set(subscribed.get("bot_events") or [])
    interactivity = settings.get("interactivity") or {}
    socket = bool(settings.get("socket_mode_enabled"))
    commands, shortcuts = features.get("slash_commands") or [], features.get("shortcuts") or []

    user = set(scopes.get("user") or []) | set(scopes.get("user_optional") or [])
    for kind, have in (("bot", bot), ("user", user)):
        for scope in sorted(have - set(names[f"{kind}_scopes"])):
            yield f"oauth_config.scopes.{kind}: unknown scope {scope!r}"
    for event in sorted((events | set(subscribed.get("user_events") or [])) - set(names["events"])):
        yield f"settings.event_subscriptions: unknown event {event!r}"
    for event in sorted(events):
        if event in EVENT_SCOPES and not EVENT_SCOPES[event] & bot:
            yield f"event {event} needs scope {' or '.join(sorted(EVENT_SCOPES[event]))}"
    for method in sorted(set(methods)):
        needed = _data("methods")["methods"].get(method, {}).get("scopes", {}).get("bot", [])
        if needed and not bot & set(needed):
            yield f"method {method} needs scope {' or '.join(needed)}"
    if (commands or shortcuts) and "commands" not in bot:
        yield "slash commands and shortcuts need scope commands"
    if shortcuts and not interactivity.get("is_enabled"):
        yield "shortcuts need settings.interactivity.is_enabled"
    if bot and not features.get("bot_user"):
        yield "bot scopes need features.bot_user"
    if "app_home_opened" in events and not (features.get("app_home") or {}).get("home_tab_enabled"):
        yield "event app_home_opened needs features.app_home.home_tab_enabled"
    if not socket:
        if any(not c.get("url") for c in commands):
            yield "without Socket Mode every slash command needs url"
        if interactivity.get("is_enabled") and not interactivity.get("request_url"):
            yield "without Socket Mode interactivity needs request_url"
        if events and not subscribed.get("request_url"):
            yield "without Socket Mode event_subscriptions needs request_url"
    for key in ("command", "callback_id"):
        for name in _twice(x.get(key) for x in (commands if key == "command" else shortcuts)):
            yield f"{key} {name!r} occurs twice"
    if manifest.get("functions"):
        for needed, ok in (("settings.function_runtime: remote", settings.get("function_runtime") == "remote"),
                           ("settings.org_deploy_enabled", settings.get("org_deploy_enabled")),
                           ("event function_executed", "function_executed" in events)):
            if not ok:
                yield f"functions (workflow steps) need {needed}"
    for url in oauth.get("redirect_urls") or []:
        if not str(url).startswith("https://"):
            yield f"oauth_config.redirect_urls: {url} is not https"


def methods_used(source: str | Path) -> set[str]:
    """Web API methods called in the Python files under a folder, e.g. client.chat_postMessage(...)."""
    known = {m.replace(".", "_"): m for m in _data("methods")["methods"]}
    found: set[str] = set()
    for file in Path(source).rglob("*.py"):
        text = file.read_text(encoding="utf-8", errors="replace")
        found |= {known[name] for name in re.findall(r"\.(\w+)\(", text) if name in known}
        found |= set(re.findall(r"""api_call\(\s*["']([\w.]+)["']""", text))
        if ".files_upload_v2(" in text:
            found |= {"files.getUploadURLExternal", "files.completeUploadExternal"}
    return found


# --- command line --------------------------------------------------------------------------------------------------


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Judge Slack blocks, views, payloads, arguments and manifests.")
    sub = parser.add_subparsers(dest="what", required=True)
    for what, extra in (("blocks", None), ("view", None), ("payload", "kind"), ("args", "method"), ("manifest", None)):
        command = sub.add_parser(what)
        if extra:
            command.add_argument(extra)
        command.add_argument("file")
    sub.choices["blocks"].add_argument("--surface", choices=sorted(MAX_BLOCKS), default="message")
    sub.choices["manifest"].add_argument("--source", help="folder of the app, to check the scopes its calls need")
    opts = parser.parse_args(argv)

    data = yaml.safe_load(sys.stdin if opts.file == "-" else Path(opts.file).read_text(encoding="utf-8"))
    if opts.what == "blocks":
        found = check_blocks(data.get("blocks", data) if isinstance(data, dict) else data, opts.surface)
    elif opts.what == "view":
        found = check_view(data)
    elif opts.what == "payload":
        found = check_payload(opts.kind, data)
    elif opts.what == "args":
        found = check_args(opts.method, data)
    else:
        found = check_manifest(data, methods_used(opts.source) if opts.source else ())
    print("\n".join(found) or "ok")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())

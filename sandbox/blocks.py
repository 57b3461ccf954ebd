"""What Slack looks at in blocks: their ids, their lengths, their words and their elements."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

JSON = dict[str, Any]

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
LONGEST_IN = {  # (type, key) -> characters
    ("section", "text"): 3000,
    ("header", "text"): 150,
    ("button", "text"): 75,
    ("button", "value"): 2000,
    ("input", "label"): 2000,
    ("input", "hint"): 2000,
    ("modal", "title"): 24,
    ("modal", "submit"): 24,
    ("modal", "close"): 24,
}
LONGEST = {"block_id": 255, "action_id": 255, "callback_id": 255, "placeholder": 150}
_ids = itertools.count(0x10000)


def identified(blocks: Iterable[JSON]) -> list[JSON]:
    """Return the blocks with an id of Slack's making wherever the app gave none."""
    found = []
    for block in blocks:
        made = {**block}
        made.setdefault("block_id", _new_id())
        for key in ("accessory", "element"):
            if isinstance(made.get(key), dict):
                made[key] = _with_action_id(made[key])
        if made.get("type") == "actions":
            made["elements"] = [_with_action_id(e) for e in made.get("elements", [])]
        found.append(made)
    return found


def elements(blocks: Iterable[JSON]) -> Iterator[tuple[JSON, JSON]]:
    """Yield each interactive element with the block it stands in."""
    for block in blocks:
        inside = [block.get("accessory"), block.get("element")]
        if block.get("type") == "actions":
            inside += block.get("elements", [])
        yield from ((block, e) for e in inside if e is not None and "action_id" in e)


def words(value: object) -> str:
    """Return all the text that blocks (or a view) show, one line per text object."""
    texts = (node["text"] for node in _nodes(value) if isinstance(node.get("text"), str))
    return "\n".join(texts)


def faults_of_blocks(blocks: object, most: int = MOST_IN_MESSAGE) -> list[str]:
    """Return why Slack would refuse these blocks; roughly, for tests judge with Slack's shapes."""
    if not isinstance(blocks, list) or not all(isinstance(b, dict) for b in blocks):
        return ["blocks must be a list of objects"]
    found = [f"no more than {most} items allowed"] if len(blocks) > most else []
    found += [f"block_id {i} already exists" for i in _twice(b.get("block_id") for b in blocks)]
    for block in blocks:
        actions = (node.get("action_id") for node in _nodes(block))
        found += [f"action_id {i} already exists in its block" for i in _twice(actions)]
        found += [] if isinstance(block.get("type"), str) else ["missing required field: type"]
    return found + _faults_of_texts(blocks)


def faults_of_view(view: object) -> list[str]:
    """Return why Slack would refuse this view."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return ["view must be an object of type modal or home"]
    blocks = view.get("blocks")
    found = faults_of_blocks(blocks, MOST_IN_VIEW)
    if found:
        return found
    if view["type"] == "modal" and not view.get("title"):
        found.append("missing required field: title")
    if not view.get("submit") and any(b["type"] == "input" for b in view["blocks"]):
        found.append("missing required field: submit")
    if len(view.get("private_metadata") or "") > 3000:  # noqa: PLR2004 - Slack's limit
        found.append("private_metadata must be less than 3001 characters")
    return found + _faults_of_texts({k: v for k, v in view.items() if k != "blocks"})


def _faults_of_texts(value: object) -> list[str]:
    found = []
    for node in _nodes(value):
        for key, inner in node.items():
            text = inner.get("text") if isinstance(inner, dict) else inner
            most = LONGEST_IN.get((str(node.get("type")), key)) or LONGEST.get(key)
            if most and isinstance(text, str) and not 0 < len(text) <= most:
                found.append(f"{node.get('type')}.{key} must have 1 to {most} characters")
    return found


def _nodes(value: object) -> Iterator[JSON]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _nodes(inner)


def _twice(ids: Iterable[object]) -> list[object]:
    return [i for i, times in Counter(i for i in ids if i is not None).items() if times > 1]


def _with_action_id(element: JSON) -> JSON:
    return {"action_id": _new_id(), **element}


def _new_id() -> str:
    return f"{next(_ids):x}"

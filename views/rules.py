"""The rules of a workspace in a window: what holds, and a form for each part of it."""

import hashlib
import json
from enum import StrEnum
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement, InputBlock, InputInteractiveElement

from calls import hours
from calls.errors import NotAllowed, Reason
from calls.frozen import Frozen
from calls.hours import Hours
from calls.rules import LIMITS, LONGEST_UNDO, Rules
from calls.settings import Settings
from calls.workspace import Workspace
from views import inputs, rules_numbers, rules_privacy, rules_telling, rules_told
from views.filled import Filled
from views.message import context, section
from views.modal import modal
from views.mrkdwn import Mrkdwn
from views.refusal import beside
from views.rules_hours import asked as hours_asked
from views.rules_hours import read as hours_read
from views.text import Text

CALLBACK, EDIT = "rules", "edit_rules"


class Part(StrEnum):
    """Rules that are changed together."""

    HOURS = "hours"
    WHO = "who"
    MUCH = "much"
    WHERE = "where"
    NUMBERS = "numbers"
    PRIVACY = "privacy"


class Defaults(Frozen):
    """What holds where the workspace has decided nothing: the settings."""

    hours: Hours
    undo_seconds: float


def defaults(settings: Settings) -> Defaults:
    """Read them."""
    return Defaults(hours=hours.read(settings.calling_hours), undo_seconds=settings.undo_seconds)


class Kept(Frozen):
    """What a form keeps: which part it asks for, and what its person has seen."""

    part: Part
    version: int
    seen: str

    def still(self, rules: Rules) -> bool:
        """Tell whether the rules are those that its person has seen."""
        return self.seen == _mark(rules)


def _mark(rules: Rules) -> str:
    return hashlib.sha256(rules.model_dump_json().encode()).hexdigest()[:16]


def kept(view: dict[str, Any]) -> Kept:
    """Read what a form keeps."""
    return Kept.model_validate_json(view["private_metadata"])


def loading(text: Text) -> dict[str, Any]:
    """Draw the window while it is not known yet who looks."""
    waits = section(text.mrkdwn("form.loading"))
    return modal(text, "rules.title", [waits], close="rules.close")


def overview(rules: Rules, usual: Defaults, text: Text) -> dict[str, Any]:
    """Draw what holds, with a button to change each part."""
    told = rules_told.lines(rules, usual.hours, usual.undo_seconds, text)
    blocks: list[Block] = [context(text.mrkdwn("rules.intro"))]
    for part in Part:
        title = text.mrkdwn("rules.heading", name=text(f"rules.title_{part}"))
        words = Mrkdwn("\n".join([title, *told[part]]))
        change = ButtonElement(text=text("rules.change"), action_id=EDIT, value=part)
        blocks.append(section(words, block_id=part, accessory=change))
    blocks.append(rules_telling.heading(told["telling"], text))
    return modal(text, "rules.title", blocks, close="rules.close")


def form(
    part: Part, workspace: Workspace, usual: Defaults, text: Text, *, moved: bool = False
) -> dict[str, Any]:
    """Draw the form of a part; ``moved``: somebody else has changed the rules meanwhile."""
    rules = workspace.rules
    blocks = {
        Part.HOURS: lambda: hours_asked(rules.hours or usual.hours, usual.hours, text),
        Part.WHO: lambda: _who(rules, text),
        Part.MUCH: lambda: _much(rules, usual, text),
        Part.WHERE: lambda: _where(rules, text),
        Part.NUMBERS: lambda: rules_numbers.asked(rules, text),
        Part.PRIVACY: lambda: rules_privacy.asked(rules, text),
    }[part]()
    for block in blocks:
        if isinstance(block, InputBlock) and isinstance(block.element, InputInteractiveElement):
            # Slack keeps what was typed where it knows the ids: nobody may save what is stale.
            block.element.action_id = f"{block.block_id}.{workspace.version}"
    if moved:
        blocks = [section(text.mrkdwn("rules.moved")), *blocks]
    keeps = Kept(part=part, version=workspace.version, seen=_mark(rules))
    return modal(
        text,
        f"rules.title_{part}",
        blocks,
        close="rules.back",
        submit="rules.save",
        callback=CALLBACK,
        keeps=json.dumps(keeps.model_dump(mode="json")),
    )


def _who(rules: Rules, text: Text) -> list[Block]:
    return [
        section(text.mrkdwn("rules.who_intro")),
        inputs.people("people", text, rules.people),
        inputs.conversations("channels", text, rules.channels),
        inputs.people("administrators", text, rules.administrators),
    ]


def _much(rules: Rules, usual: Defaults, text: Text) -> list[Block]:
    found: list[Block] = [
        inputs.number(name, text, getattr(rules, name), 1, most) for name, most in LIMITS.items()
    ]
    undo = inputs.number(
        "undo_seconds",
        text,
        rules.undo_seconds,
        0,
        LONGEST_UNDO,
        seconds=rules_told.number(usual.undo_seconds),
    )
    return [*found, undo]


def _where(rules: Rules, text: Text) -> list[Block]:
    return [
        inputs.countries("countries", text, rules.countries),
        inputs.conversations("shared_channels", text, rules.shared_channels),
        inputs.tick("full_names", text, ticked=rules.full_names),
        inputs.conversations("transcripts", text, rules.transcripts),
        inputs.conversations("no_transcripts", text, rules.no_transcripts),
    ]


def read(view: dict[str, Any], part: Part, usual: Defaults) -> dict[str, object]:
    """Read which rules a form asks for; ``NotAllowed`` with what is wrong beside its field."""
    filled = Filled(view)
    if part is Part.HOURS:
        found = hours_read(filled, usual.hours)
        return {"hours": None if found == usual.hours else found}
    if part is Part.WHO:
        names = ("people", "channels", "administrators")
        return {name: filled.chosen(name) for name in names}
    if part is Part.WHERE:
        lists = ("countries", "shared_channels", "transcripts", "no_transcripts")
        chosen = {name: filled.chosen(name) for name in lists}
        return {**chosen, "full_names": filled.ticked("full_names")}
    if part is Part.NUMBERS:
        return rules_numbers.read(filled)
    if part is Part.PRIVACY:
        return rules_privacy.read(filled)
    return _limits(filled)


def _limits(filled: Filled) -> dict[str, object]:
    found: dict[str, object] = {}
    reasons: list[Reason] = []
    for name, most in {**LIMITS, "undo_seconds": LONGEST_UNDO}.items():
        try:
            found[name] = filled.number(name, 0 if name == "undo_seconds" else 1, most)
        except NotAllowed as fault:
            reasons += fault.reasons
    if reasons:
        raise NotAllowed(reasons)
    return found


def errors(fault: NotAllowed, text: Text) -> dict[str, str]:
    """Tell each reason beside its field, several of one field together."""
    return beside(((reason.field or "", reason) for reason in fault.reasons), text)

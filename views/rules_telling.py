"""Whom outcomes are told, in windows: the rules as sentences, and a form for one of them."""

import re
from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    CheckboxesElement,
    ConfirmObject,
    ConversationFilter,
    ConversationMultiSelectElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticMultiSelectElement,
    UserMultiSelectElement,
    UserSelectElement,
)

from calls.directory import Directory
from calls.errors import NotAllowed, Reason
from calls.slack_ids import GROUP
from calls.telling import ASKER, MOST, MOST_MENTIONED, MOST_NAMED, End, Telling
from calls.workspace import Workspace
from views.filled import Filled
from views.message import context, section
from views.modal import modal
from views.mrkdwn import Mrkdwn, channel, mention
from views.text import Text

LIST, ADD, CHANGE, REMOVE = "tellings", "telling_add", "telling_change", "telling_remove"
CALLBACK = "telling"
WRITTEN = re.compile(rf"(?:<!subteam\^)?({GROUP.pattern})(?:\|[^>]*)?>?")
LONGEST_GROUPS = 500  # characters
ALSO = ("broadcast", "mention", "direct")
"""What a box can be ticked for."""


def heading(told: Sequence[Mrkdwn], text: Text) -> SectionBlock:
    """Draw what the overview of the rules tells, with a button to the list."""
    title = text.mrkdwn("rules.heading", name=text("telling.title"))
    change = ButtonElement(text=text("rules.change"), action_id=LIST)
    return section(Mrkdwn("\n".join([title, *told])), block_id=LIST, accessory=change)


def listed(workspace: Workspace, text: Text) -> dict[str, Any]:
    """Draw all that hold, each with buttons to change and to remove it."""
    found = workspace.rules.tellings
    blocks: list[Block] = [section(text.mrkdwn("telling.intro"))]
    for one in found:
        blocks.append(section(sentence(one, workspace.directory, text)))
        blocks.append(ActionsBlock(block_id=one.mark, elements=_buttons(one, text)))
    if len(found) < MOST:
        add = ButtonElement(text=text("telling.add"), action_id=ADD, style="primary")
        blocks.append(ActionsBlock(block_id=ADD, elements=[add]))
    else:
        blocks.append(context(text.mrkdwn("telling.all", most=str(MOST))))
    return modal(text, "telling.title", blocks, close="rules.back")


def _buttons(one: Telling, text: Text) -> list[ButtonElement]:
    sure = ConfirmObject(
        title=PlainTextObject(text=text("telling.sure")),
        text=PlainTextObject(text=text("telling.sure_text")),
        confirm=PlainTextObject(text=text("telling.remove")),
        deny=PlainTextObject(text=text("rules.back")),
    )
    return [
        ButtonElement(text=text("rules.change"), action_id=CHANGE, value=one.mark),
        ButtonElement(text=text("telling.remove"), action_id=REMOVE, value=one.mark, confirm=sure),
    ]


def sentence(one: Telling, directory: Directory, text: Text) -> Mrkdwn:
    """Tell one: for which calls, and what is done besides the reply."""
    names = [name(uuid, directory) for uuid in one.assistants]
    which = {
        "channels": Mrkdwn(", ".join(map(channel, one.channels))),
        "assistants": ", ".join(names),
        "ends": ", ".join(text(f"telling.end.{end}") for end in one.ends),
    }
    calls = [text.mrkdwn(f"telling.for_{key}", told=told) for key, told in which.items() if told]
    how = {
        "broadcast": text("telling.channel_too") if one.broadcast else "",
        "mentions": _people(one.mentions, text),
        "direct": _people([one.direct] if one.direct else [], text),
    }
    done = [text.mrkdwn(f"telling.with_{key}", told=told) for key, told in how.items() if told]
    return text.mrkdwn(
        "telling.line",
        calls=Mrkdwn(" · ".join(calls)) if calls else text("telling.every"),
        how=Mrkdwn(" · ".join(done)) if done else text("telling.nothing"),
    )


def name(uuid: str, directory: Directory) -> str:
    """Return what an assistant is called, or the beginning of its UUID."""
    found = directory.assistant(uuid)
    return found.name if found and found.name else f"{uuid[:8]}…"


def _people(who: Sequence[str], text: Text) -> Mrkdwn:
    asker = text.mrkdwn("telling.asker")
    return Mrkdwn(", ".join(asker if one == ASKER else mention(one) for one in who))


def form(one: Telling | None, directory: Directory, text: Text) -> dict[str, Any]:
    """Draw the form of one, or of a new one."""
    shown = one or Telling()
    ends = [Option(text=text(f"telling.end.{end}"), value=end) for end in End]
    known = [found.uuid for found in directory.open_assistants]
    uuids = list(dict.fromkeys([*shown.assistants, *known]))[:MOST_NAMED]
    offered = [Option(text=name(uuid, directory)[:75], value=uuid) for uuid in uuids]
    fields: dict[str, InputInteractiveElement | None] = {
        "channels": ConversationMultiSelectElement(
            initial_conversations=list(shown.channels) or None,
            filter=ConversationFilter(include=["public", "private"]),
            max_selected_items=MOST_NAMED,
        ),
        "assistants": StaticMultiSelectElement(
            options=offered, initial_options=_chosen(offered, shown.assistants)
        )
        if offered
        else None,
        "ends": CheckboxesElement(options=ends, initial_options=_chosen(ends, shown.ends)),
        **_telling(shown, text),
    }
    blocks = [_field(key, text, element) for key, element in fields.items() if element]
    return modal(
        text,
        "telling.title",
        blocks,
        close="directory.cancel",
        submit="rules.save",
        callback=CALLBACK,
        keeps=one.mark if one else "",
    )


def _telling(one: Telling, text: Text) -> dict[str, InputInteractiveElement | None]:
    """Return the fields of what is done."""
    boxes = [Option(text=text(f"telling.also_{box}"), value=box) for box in ALSO]
    wanted = one.broadcast, ASKER in one.mentions, one.direct == ASKER
    ticked = [box for box, wants in zip(ALSO, wanted, strict=True) if wants]
    groups = " ".join(who for who in one.mentions if GROUP.fullmatch(who))
    people = [who for who in one.mentions if who != ASKER and not GROUP.fullmatch(who)]
    person = one.direct if one.direct != ASKER else ""
    return {
        "also": CheckboxesElement(options=boxes, initial_options=_chosen(boxes, ticked)),
        "people": UserMultiSelectElement(
            initial_users=people or None, max_selected_items=MOST_MENTIONED
        ),
        "groups": PlainTextInputElement(initial_value=groups or None, max_length=LONGEST_GROUPS),
        "person": UserSelectElement(initial_user=person or None),
    }


def _chosen(options: Sequence[Option], values: Sequence[str]) -> list[Option] | None:
    return [option for option in options if option.value in values] or None


def _field(key: str, text: Text, element: InputInteractiveElement) -> InputBlock:
    element.action_id = key
    return InputBlock(
        block_id=key,
        label=text(f"telling.{key}"),
        hint=text(f"telling.{key}_hint"),
        element=element,
        optional=True,
    )


def seen(view: dict[str, Any]) -> str:
    """Return the mark of what a form changes; none of a new one."""
    return str(view.get("private_metadata") or "")


def read(view: dict[str, Any]) -> Telling:
    """Read a form; ``NotAllowed`` with what is wrong beside its field."""
    filled = Filled(view)
    also, person = filled.chosen("also"), filled.person("person")
    groups, reasons = _groups(filled.words("groups"))
    asker = (ASKER,) if "mention" in also else ()
    mentions = tuple(dict.fromkeys((*asker, *filled.chosen("people"), *groups)))
    if len(mentions) > MOST_MENTIONED:
        values = {"most": str(MOST_MENTIONED)}
        reasons.append(Reason(key="refused.telling.many", values=values, field="people"))
    if "direct" in also and person:
        reasons.append(Reason(key="refused.telling.two", field="person"))
    if reasons:
        raise NotAllowed(reasons)
    return Telling(
        channels=filled.chosen("channels"),
        assistants=filled.chosen("assistants"),
        ends=tuple(map(End, filled.chosen("ends"))),
        broadcast="broadcast" in also,
        mentions=mentions,
        direct=ASKER if "direct" in also else person,
    )


def _groups(words: str) -> tuple[list[str], list[Reason]]:
    """Read the ids of user groups, also as mentions."""
    found: list[str] = []
    for word in filter(None, re.split(r"[\s,;]+", words)):
        matched = WRITTEN.fullmatch(word)
        if matched is None:
            values = {"words": word[:60]}
            return [], [Reason(key="refused.telling.group", values=values, field="groups")]
        found.append(matched[1])
    return found, []

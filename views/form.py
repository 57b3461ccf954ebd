"""The form: what is asked of a person who places a call, and how the answer is read."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zlib import crc32

from slack_sdk.models.blocks import Block

from calls import variables
from calls.directory import Directory
from calls.frozen import Frozen
from calls.order import Draft, When
from calls.place import Place
from calls.policy import Question
from calls.reading import LONGEST_NAME
from views import again, fields, form_actions, menus, questions, when
from views.filled import Filled
from views.message import context, section
from views.modal import modal
from views.questions import Answers
from views.text import Text

CALLBACK = "place"
ASSISTANT = "assistant"  # the menu's action id: the form becomes that assistant's
LONGEST = {
    "number": 50,
    "name": LONGEST_NAME,
    "assistant": menus.LONGEST_UUID,
    "caller": menus.LONGEST_UUID,
    "variables": variables.LONGEST,
}

NOBODY = Directory()
ViewBlock = Block | dict[str, Any]


class Form(Frozen):
    """A draft, the conversation to report in, and where to answer the person besides.

    An empty ``channel`` is the app's direct message with the person.
    """

    draft: Draft
    channel: str = ""
    response_url: str | None = None
    here: bool = False
    """Whether the conversation that the person looks at is proposed, where none is given."""
    shared: bool = False
    """Whether conversations shared with other companies are offered."""
    home: bool = False
    """Whether it was opened from App Home, which then shows the new call."""
    mine: str = ""
    """The time zone of who looks, where Slack has told it."""
    under: Place | None = None
    """The message in whose thread the call reports, while its conversation is the one chosen."""
    lacks: bool = False
    """Whether a number was looked for in that message, and none found."""
    rewritten: bool = False
    """Whether the free variables are others than those that were typed."""

    @property
    def root(self) -> str | None:
        """The ``ts`` of the message in whose thread the call reports."""
        return self.under.ts if self.under and self.under.channel == self.channel else None


class Asked(Frozen):
    """What the person must settle, asked at an instant; ``view``: where some is answered."""

    now: datetime
    question: Question = Question()
    view: dict[str, Any] | None = None


def render(
    form: Form, text: Text, offered: Directory = NOBODY, asked: Asked | None = None
) -> dict[str, Any]:
    """Draw the form as the chosen assistant's, of those that the workspace offers."""
    draft = form.draft
    hides = variables.HIDDEN in draft.number + draft.variables + "".join(draft.values.values())
    assistant = menus.chosen(draft, offered)
    needed = assistant.variables if assistant else ()
    blocks: list[ViewBlock] = [
        *([section(text.mrkdwn("found.none"))] if form.lacks else ()),
        *_questions(form, text, asked),
        fields.line("number", draft.number, LONGEST, text, focus=not draft.number),
        fields.line("name", draft.name, LONGEST, text, optional=True),
        *menus.assistants(draft, offered, text),
        *fields.render(needed, draft.values, text),
        _free(form, text, more=bool(needed)),
        *([context(text.mrkdwn("form.hidden"))] if hides else ()),
        menus.conversation(
            form.channel, text, here=form.here, shared=form.shared, under=bool(form.root)
        ),
        *menus.callers(draft, offered, text),
        *when.render(draft.when, form.mine, text),
        menus.repetition(draft, offered, text),
        form_actions.render(text),
    ]
    kept = _kept(form, offered)
    return modal(
        text,
        "form.title",
        blocks,
        close="form.close",
        submit="form.submit",
        callback=CALLBACK,
        keeps=json.dumps(kept),
    )


def _free(form: Form, text: Text, *, more: bool) -> Block:
    """Draw the free variables' field; ``more``: the assistant has fields of its own above."""
    value = form.draft.variables
    # Under another id Slack shows what we give, not what was typed.
    moved = f"variables {_sum(value)}" if form.rewritten else None
    label = text("form.more") if more else None
    return fields.line(
        "variables", value, LONGEST, text, optional=True, multiline=True, action=moved, label=label
    )


def _sum(text: str) -> str:
    """Tell texts apart without keeping them."""
    return f"{crc32(text.encode(errors='replace')):x}"


def _kept(form: Form, offered: Directory) -> dict[str, Any]:
    """Return what the form keeps to itself: what it was opened for, and what needs no field."""
    draft = form.draft
    return {
        "response_url": form.response_url,
        "like": draft.like,
        "home": form.home,
        "shared": form.shared,
        "mine": form.mine,
        "asked_when": _sum(draft.when.model_dump_json()),
        "under": form.under and [form.under.channel, form.under.ts],
        "drawn": draft.assistant_id[: menus.LONGEST_UUID],
        "own_assistant": menus.has_own_assistant(draft, offered),
        "caller": draft.phone_number_id if menus.has_own_caller(draft, offered) else "",
        "asked_of": _sum(draft.number[: LONGEST["number"]]),
    }


def _questions(form: Form, text: Text, asked: Asked | None) -> Iterator[ViewBlock]:
    if asked is None:
        return
    draft = form.draft
    given = Answers(confirmed=draft.confirmed, zone=draft.zone, hour=draft.hour)
    new = questions.render(asked.question, given, text, asked.now, form.mine)
    found = questions.kept(asked.view or {}) | new
    if not (draft.hour or asked.question.next_hour):  # offered for what is wanted no more
        found.pop(questions.HOUR, None)
    for name in questions.FIELDS:
        yield from found.get(name, ())


def loading(text: Text) -> dict[str, Any]:
    """Draw a window that opens at once and waits for what it will show."""
    waits = section(text.mrkdwn("form.loading"))
    return modal(text, "form.title", [waits], close="form.close", callback=CALLBACK)


def notice(text: Text, title: str, told: str, **values: str) -> dict[str, Any]:
    """Draw a window with one thing to read; ``title`` and ``told`` are keys of sentences."""
    return modal(text, title, [section(text.mrkdwn(told, **values))], close="not_noted.close")


def read(view: dict[str, Any]) -> Form:
    """Read a submitted form.

    Answers to questions hold for the number that they were asked about, a later hour that is
    accepted also for the hour in whose place it was offered.
    """
    filled, kept = Filled(view), json.loads(view.get("private_metadata") or "{}")

    def given(field: str) -> str:
        return filled.words(field) or filled.option(field)

    number = given("number")
    answers = questions.read(view) if asks_of(view, number) else Answers()
    mine, under = kept.get("mine") or "", kept.get("under")
    later = when.read(view, mine)
    own = kept.get("drawn") if kept.get("own_assistant") else ""
    return Form(
        draft=Draft(
            number=number,
            name=given("name"),
            assistant_id=given("assistant") or own or "",
            phone_number_id=given("caller") or kept.get("caller") or "",
            variables=given("variables"),
            values=fields.read(view),
            like=kept.get("like"),
            confirmed=answers.confirmed,
            zone=answers.zone,
            when=later,
            hour=answers.hour if asks_when(view, later) else None,
            again=again.read(filled.option("again")),
        ),
        channel=filled.conversation("channel"),
        response_url=kept.get("response_url"),
        shared=bool(kept.get("shared")),
        home=bool(kept.get("home")),
        mine=mine,
        under=Place(channel=under[0], ts=under[1]) if under else None,
    )


def asks_of(view: dict[str, Any], number: str) -> bool:
    """Tell whether what a view asks was asked about the number that stands in it now."""
    kept = json.loads(view.get("private_metadata") or "{}")
    return bool(kept.get("asked_of", _sum(number)) == _sum(number))


def asks_when(view: dict[str, Any], later: When) -> bool:
    """Tell whether a view offers another hour in place of the one that stands in it now."""
    kept = json.loads(view.get("private_metadata") or "{}")
    told = _sum(later.model_dump_json())
    return bool(kept.get("asked_when", told) == told)


def is_of_another(view: dict[str, Any], filled: Form) -> bool:
    """Tell whether a view was drawn for another assistant than was chosen in it."""
    kept = json.loads(view.get("private_metadata") or "{}")
    menu = any(
        block.get("block_id") == "assistant" and block["element"]["type"] == "static_select"
        for block in view.get("blocks") or ()
    )
    return menu and kept.get("drawn") != filled.draft.assistant_id

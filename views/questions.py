"""What a person must settle before a call can be placed: asked above the form's fields.

A second call to a number is confirmed, the zone of the person called chosen, a later hour accepted.
An element's action id tells what was asked: a tick under another question is none under this one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    InputBlock,
    Option,
    StaticSelectElement,
)

from calls import spoken, zones
from calls.frozen import Frozen
from calls.model import Call
from calls.policy import Question
from views import card, when
from views.fields import MOST_OPTIONS, option
from views.message import section
from views.mrkdwn import date, user
from views.text import Text

CONFIRM, ZONE, HOUR = FIELDS = ("confirm", "zone", "hour")
SECONDS = re.compile(r"[0-9]{1,11}")  # of UNIX time; the calendar does not hold many more
ASKED = "asked "  # before a field's name: the paragraph above it

View = Mapping[str, Any]


class Answers(Frozen):
    """What was answered; empty where it was not."""

    confirmed: str | None = None
    zone: str = ""
    hour: datetime | None = None


def render(
    question: Question, answers: Answers, text: Text, now: datetime, mine: str = ""
) -> dict[str, tuple[Block, Block]]:
    """Draw every question, by its field; ``mine`` is the zone of who is asked, if known."""
    found: dict[str, tuple[Block, Block]] = {}
    if question.earlier:
        found[CONFIRM] = _confirm(question.earlier, text)
    if question.zones is not None:
        offered = question.zones or zones.everywhere(now)
        found[ZONE] = _zone(offered, answers.zone, text, now)
    if question.next_hour:
        found[HOUR] = _hour(question.next_hour, question.zone, text, now, mine)
    return found


def kept(view: View) -> dict[str, tuple[Block | dict[str, Any], ...]]:
    """Return the questions of a view that have been answered, as they stand there."""
    given = read(view)
    answered = {CONFIRM: given.confirmed, ZONE: given.zone, HOUR: given.hour}
    blocks = {block.get("block_id"): block for block in view.get("blocks") or ()}
    return {
        name: (blocks[ASKED + name], blocks[name])
        for name, answer in answered.items()
        if answer and name in blocks and ASKED + name in blocks
    }


def read(view: View) -> Answers:
    """Read the answers; Slack may send an empty one as null or leave it out."""
    state = (view.get("state") or {}).get("values") or {}
    told = {name: _answer(state.get(name) or {}) for name in FIELDS}
    hour = told[HOUR]
    return Answers(
        confirmed=told[CONFIRM] or None,
        zone=told[ZONE],
        hour=datetime.fromtimestamp(int(hour), UTC) if SECONDS.fullmatch(hour) else None,
    )


def unanswered(question: Question, view: View) -> dict[str, str]:
    """Return what to say beside each question, if all of them stand in the view already."""
    asked = {
        CONFIRM: question.earlier and question.earlier.reference,
        ZONE: None if question.zones is None else ZONE,
        HOUR: question.next_hour and str(int(question.next_hour.timestamp())),
    }
    stands = {
        block["block_id"]: block["element"]["action_id"]
        for block in view.get("blocks") or ()
        if block.get("block_id") in FIELDS
    }
    wanted = {name: action for name, action in asked.items() if action}
    if not all(stands.get(name) == action for name, action in wanted.items()):
        return {}
    return {name: UNANSWERED[name] for name in wanted}


UNANSWERED = {
    CONFIRM: "refused.number.unconfirmed",
    ZONE: "form.zone_unanswered",
    HOUR: "form.hour_unanswered",
}


def _answer(elements: Mapping[str, Any]) -> str:
    element = next(iter(elements.values()), None) or {}
    ticked = element.get("selected_options") or [element.get("selected_option") or {}]
    return str(ticked[0].get("value") or "")


def _confirm(earlier: Call, text: Text) -> tuple[Block, Block]:
    told = text.mrkdwn(
        "form.live" if earlier.status.live else "form.recent",
        reference=earlier.reference,
        person=user(earlier.asked_by),
        when=date(earlier.placed_at),
        state=card.state(earlier, text, "plain"),
    )
    yes = Option(label=text("form.confirm_option"), value=earlier.reference)
    return section(told, block_id=ASKED + CONFIRM), _ticks(CONFIRM, earlier.reference, yes, text)


def _hour(at: datetime, zone: str, text: Text, now: datetime, mine: str) -> tuple[Block, Block]:
    there = spoken.moment(at.astimezone(ZoneInfo(zone)), text.language, now.date())
    place = spoken.place(zone, text.language)
    if when.same(at, zone, mine):
        told = text.mrkdwn("form.closed_same", place=place, there=there)
    else:
        told = text.mrkdwn("form.closed", place=place, there=there, when=date(at))
    value = str(int(at.timestamp()))
    yes = option(text("form.hour_option", there=there), value)
    return section(told, block_id=ASKED + HOUR), _ticks(HOUR, value, yes, text)


def _ticks(name: str, action: str, yes: Option, text: Text) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=text(f"form.{name}"),
        element=CheckboxesElement(action_id=action, options=[yes]),
        optional=True,
    )


def _zone(offered: Sequence[str], answer: str, text: Text, now: datetime) -> tuple[Block, Block]:
    options = dict(_zones(offered, text, now))
    element = StaticSelectElement(
        action_id=ZONE,
        options=list(options.values()),
        initial_option=options.get(answer),
        placeholder=text("form.choose"),
    )
    asked = InputBlock(block_id=ZONE, label=text("form.zone"), element=element, optional=True)
    return section(text.mrkdwn("form.zone_asked"), block_id=ASKED + ZONE), asked


def _zones(offered: Sequence[str], text: Text, now: datetime) -> Iterator[tuple[str, Option]]:
    """Offer zones by a city, with the time that it is there."""
    for zone in offered[:MOST_OPTIONS]:
        hour = spoken.hour(now.astimezone(ZoneInfo(zone)).time(), text.language)
        place = spoken.place(zone, text.language)
        label = text("form.zone_option", place=place, hour=hour)
        yield zone, option(label, zone, spoken.clocks(zone, text.language))

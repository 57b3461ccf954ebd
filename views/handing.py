"""What a call leaves to do, as its message shows it: who sees to it, notes, and a menu."""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ConfirmObject,
    Option,
    OverflowMenuElement,
    PlainTextObject,
)

from calls import hand_over, opt_out
from calls.model import Call
from calls.note import Note
from views.mrkdwn import Mrkdwn, date, escaped, shortened, user
from views.text import Text

MENU = "handing"
TABLE = "handed"  # of the sentences that tell what somebody did
ASSIGN, NOTE = "assign", "note"
LAST = 2  # notes on a call's message
SHORT = 300  # characters of one there
LONGEST = 2900  # of one in a window
LONGEST_NAME = 100  # in Slack's own question


def lines(call: Call, name: str, text: Text) -> list[Mrkdwn]:
    """Write what a call's message tells of it."""
    return [*standing(call, name, text), *notes(call.notes[-LAST:], text, SHORT)]


def standing(call: Call, name: str, text: Text) -> list[Mrkdwn]:
    """Write whether they want no calls, who sees to it, and who has done it."""
    found = []
    if call.listed_by:
        found.append(text.mrkdwn("handing.listed", person=user(call.listed_by)))
    elif hand_over.may_list(call):
        found.append(text.mrkdwn("handing.opted_out", told=wish(call, name, text)))
    if call.done_by and call.done_at:
        if call.done_by != call.listed_by:
            person, when = user(call.done_by), date(call.done_at)
            found.append(text.mrkdwn("handing.done", person=person, when=when))
        return found
    if not call.opted_out and (left := hand_over.left_to_do(call)):
        found.append(text.mrkdwn(f"handing.left.{left}", name=name))
    if call.assigned_to and not call.erased_at:
        found.append(text.mrkdwn("handing.assigned", person=user(call.assigned_to)))
    return found


def wish(call: Call, name: str, text: Text) -> str:
    """Tell what says that the person called wants no calls, as plain text."""
    return text(f"handing.said.{_source(call)}", name=name[:LONGEST_NAME])


def _source(call: Call) -> str:
    record = call.record
    if record and opt_out.outcome_says(record.outcome):
        return "outcome"
    if record and opt_out.said_in(record.summaries.values()):
        return "summary"
    return "transcript" if record and not record.withheld else "record"


def notes(found: Sequence[Note], text: Text, most: int = LONGEST) -> list[Mrkdwn]:
    """Write notes, the oldest first."""
    return [
        text.mrkdwn(
            "handing.note",
            person=user(one.by),
            when=date(one.at),
            words=shortened(
                escaped(one.text if most > SHORT else " ".join(one.text.split())), most
            ),
        )
        for one in found
    ]


def sure(call: Call, name: str, text: Text) -> ConfirmObject:
    """Ask whether the number goes on the do-not-call list, and tell what was read."""
    return ConfirmObject(
        title=text("handing.sure"),
        text=PlainTextObject(text=text("handing.sure_text", told=wish(call, name, text))),
        confirm=text("handing.sure_yes"),
        deny=text("handing.sure_no"),
        style="danger",
    )


def menu(call: Call, text: Text) -> OverflowMenuElement:
    """Offer what is wanted less often."""
    options = [
        Option(text=text(f"card.{name}"), value=f"{name} {call.reference}")
        for name in (ASSIGN, NOTE)
    ]
    return OverflowMenuElement(action_id=MENU, options=options)

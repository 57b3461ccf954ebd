"""What was said in a call, turn by turn, and where its recording can be heard."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from calls.model import Call
from calls.turns import Turn
from views.card import callee
from views.message import Mark, Message, made, note, section
from views.modal import modal
from views.mrkdwn import Mrkdwn, escaped, gathered, shortened
from views.text import Text

SHOW, LISTEN, PLAY = "show", "listen", "play"
BACK, ON = "back", "on"  # to another page
SHORT = 3000  # characters of a transcript that is quoted in the thread
LONGEST = 2900  # characters of a paragraph
PARAGRAPHS = 20  # a page


def buttons(call: Call, text: Text) -> list[Block]:
    """Offer what AlloMia has of the conversation."""
    told = call.record
    wanted = {SHOW: bool(told and told.transcript), LISTEN: bool(told and told.recording)}
    offered = [
        ButtonElement(text=text(f"transcript.{action}"), action_id=action, value=call.reference)
        for action, shown in wanted.items()
        if shown
    ]
    return [ActionsBlock(elements=offered)] if offered else []


def lines(call: Call, turns: Sequence[Turn], text: Text) -> list[Mrkdwn]:
    """Write the turns, a line each."""
    names = {"assistant": escaped(text("transcript.assistant")), "called": escaped(callee(call))}
    return [_line(names.get(turn.speaker, escaped(turn.speaker)), turn.words) for turn in turns]


def _line(speaker: str, words: str) -> Mrkdwn:
    told = shortened(escaped(words), LONGEST - 300)
    return Mrkdwn(f"*{shortened(Mrkdwn(speaker), 200)}* {told}" if speaker else told)


def quoted(call: Call, turns: Sequence[Turn], text: Text) -> Message:
    """Quote a transcript in the thread; one that is too long stands in a file beside it."""
    whole = Mrkdwn("\n".join(lines(call, turns, text)))
    mark = Mark(reference=call.reference, part="transcript")
    title = text.mrkdwn("transcript.quoted", name=callee(call))
    quote = [section(whole)] if len(whole) <= SHORT else []
    return made(title, [section(title), *quote], mark)


def filed(call: Call, turns: Sequence[Turn], text: Text) -> str | None:
    """Write a transcript that is too long for a message, as a plain text."""
    if len("\n".join(lines(call, turns, text))) <= SHORT:
        return None
    names = {"assistant": text("transcript.assistant"), "called": callee(call)}
    spoken = ((names.get(turn.speaker, turn.speaker), turn.words) for turn in turns)
    return "\n".join(f"{who}: {words}" if who else words for who, words in spoken) + "\n"


def comment(text: Text) -> Message:
    """Write what stands over the file, which may outlive it: nobody's name."""
    return note(text.mrkdwn("transcript.shared"))


def file_name(call: Call) -> str:
    """Name the file of a transcript."""
    return f"{call.reference}.txt"


def render(call: Call, turns: Sequence[Turn], page: int, text: Text) -> dict[str, Any]:
    """Draw a page of the transcript, the first of which is 0."""
    told = gathered(lines(call, turns, text), LONGEST)
    last = max(0, (len(told) - 1) // PARAGRAPHS)
    page = min(max(page, 0), last)
    shown = told[page * PARAGRAPHS : (page + 1) * PARAGRAPHS]
    blocks: list[Block] = [section(part) for part in shown]
    if not blocks:
        blocks.append(section(text.mrkdwn("transcript.empty")))
    steps = {BACK: page - 1 if page else None, ON: page + 1 if page < last else None}
    turning = [
        ButtonElement(
            text=text(f"transcript.{word}"),
            action_id=word,
            value=f"{call.reference} {to}",
        )
        for word, to in steps.items()
        if to is not None
    ]
    if turning:
        blocks.append(ActionsBlock(elements=turning))
    return _window(call, blocks, text)


def heard(call: Call, link: str, text: Text) -> dict[str, Any]:
    """Draw where the recording can be heard: a link that only who pressed sees, and that dies."""
    button = ButtonElement(text=text("transcript.play"), action_id=PLAY, url=link)
    told = section(text.mrkdwn("transcript.dies"))
    return _window(call, [told, ActionsBlock(elements=[button])], text)


def missing(call: Call, key: str, text: Text) -> dict[str, Any]:
    """Draw why there is nothing to be seen."""
    return _window(call, [section(text.mrkdwn(key))], text)


def _window(call: Call, blocks: Sequence[Block], text: Text) -> dict[str, Any]:
    return modal(text, "transcript.title", blocks, close="not_noted.close", keeps=call.reference)

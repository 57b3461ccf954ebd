"""The preview: what would be sent if the form were submitted now, in words and as JSON."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, MarkdownTextObject, SectionBlock

from calls import numbers, spoken
from calls.order import Order
from calls.review import Review
from views import again, labels, when
from views.message import context, section
from views.modal import modal
from views.mrkdwn import Mrkdwn, channel, date, escaped, gathered, shortened
from views.text import Text

LONGEST_FIELD = 2000  # characters
LONGEST_PIECE = 500  # characters of a value, before escaping makes it longer
MOST_OF_WORDS, MOST_OF_CODE = 20, 40  # paragraphs
OPEN, CLOSE = "```\n", "\n```"
LONGEST_CODE = 3000 - len(OPEN + CLOSE)
WHOLE = re.compile(r"\\u[0-9a-f]{4}|\\?.")  # of JSON, what is never cut


def render(
    review: Review,
    order: Order | None,
    sent: Mapping[str, Any],
    where: str,
    text: Text,
    *,
    mine: str = "",
) -> dict[str, Any]:
    """Draw what a review found, for who asked for it.

    ``order`` is what this person may see of the review's, and ``sent`` the request that it makes;
    ``where`` is the conversation it reports in, empty for the app's direct message; ``mine`` is the
    time zone of who looks, as far as it is known.
    """
    blocks: list[Block] = [*_against(review, text)]
    if order is None:
        blocks.append(section(text.mrkdwn("preview.unread")))
    else:
        blocks += [*_words(review, order, where, text, mine), *_code(sent, text)]
    return modal(text, "preview.title", blocks, close="not_noted.close")


def _against(review: Review, text: Text) -> Iterator[Block]:
    if review.reasons:
        lines = [
            text.mrkdwn("answer.refused_line", reason=text.mrkdwn_reason(reason))
            for reason in review.reasons
        ]
        yield from map(section, gathered([text.mrkdwn("preview.against"), *lines]))
    if review.waits:
        yield section(text.mrkdwn_reason(review.waits))


def _words(review: Review, order: Order, where: str, text: Text, mine: str) -> Iterator[Block]:
    directory = review.directory
    told = [
        _who(order, text),
        text.mrkdwn("preview.caller", caller=labels.caller(order.phone_number_id, directory, text)),
        text.mrkdwn(
            "preview.assistant", assistant=labels.assistant(order.assistant_id, directory, text)
        ),
        text.mrkdwn("preview.where", where=channel(where) if where else text("preview.direct")),
        text.mrkdwn("preview.when", when=_when(order, review.pause, text, mine)),
    ]
    if order.again:
        told.append(text.mrkdwn("preview.again", again=again.told(order.again, text)))
    fields = [shortened(line, LONGEST_FIELD) for line in told]
    yield SectionBlock(fields=[MarkdownTextObject(text=line, verbatim=True) for line in fields])
    if order.variables:
        yield section(text.mrkdwn("preview.values"))
        lines = [piece for line in _values(review, order, text) for piece in line]
        yield from map(section, gathered(lines)[:MOST_OF_WORDS])
    if order != review.order:
        yield context(text.mrkdwn("details.hidden"))


def _who(order: Order, text: Text) -> Mrkdwn:
    plain = order.number.startswith("+")
    number = numbers.spaced(order.number) if plain else order.number
    key = "preview.who" if order.name else "preview.who_nameless"
    return text.mrkdwn(key, name=order.name, number=number)


def _when(order: Order, pause: float, text: Text, zone: str) -> Mrkdwn:
    if order.hour is None:
        return text.mrkdwn("preview.pause" if pause else "preview.now", seconds=f"{pause:g}")
    mine = date(order.hour, "{date_long_pretty} {time}")
    if order.zone is None or when.same(order.hour, order.zone, zone):
        return text.mrkdwn("preview.hour", mine=mine)
    theirs = when.there(order.hour, order.zone, text)
    return text.mrkdwn(
        "preview.hour_there", mine=mine, theirs=theirs, zone=spoken.place(order.zone, text.language)
    )


def _values(review: Review, order: Order, text: Text) -> Iterator[list[Mrkdwn]]:
    """Write each value with its label; long ones in several pieces."""
    assistant = review.directory.assistant(order.assistant_id)
    for key, value in order.variables.items():
        variable = assistant.variable(key) if assistant else None
        label = variable.label.spoken(text.language) if variable else key
        line = text("preview.value", label=label, value=value)
        yield [
            escaped(line[start : start + LONGEST_PIECE])
            for start in range(0, len(line), LONGEST_PIECE)
        ]


def _code(sent: Mapping[str, Any], text: Text) -> Iterator[Block]:
    yield section(text.mrkdwn("preview.sent"))
    # A backtick would end the paragraph; to JSON both are the same.
    written = json.dumps(sent, indent=2, ensure_ascii=False).replace("`", "\\u0060")
    pieces = [piece for line in written.split("\n") for piece in _pieces(line)]
    found = gathered(pieces, LONGEST_CODE)
    for part in found[:MOST_OF_CODE]:
        yield section(Mrkdwn(f"{OPEN}{part}{CLOSE}"))
    if left := sum(map(len, found[MOST_OF_CODE:])):
        yield context(text.mrkdwn("preview.cut", left=str(left)))


def _pieces(line: str) -> Sequence[Mrkdwn]:
    """Escape a line of JSON, in pieces that fit into a paragraph each."""
    found = [""]
    for mark in WHOLE.findall(line):
        safe = mark.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        if len(found[-1]) + len(safe) > LONGEST_CODE:
            found.append("")
        found[-1] += safe
    return [Mrkdwn(part) for part in found]

"""Text that Slack formats: what we mean comes alive, what strangers wrote does not."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from calls.slack_ids import PEOPLE

FORMATTING = {"*": "∗", "_": "＿", "~": "∼", "`": "ˋ"}
# Slack formats between marks that stand at the edge of a word, and any two backticks.
AT_AN_EDGE = re.compile(r"(?<![0-9A-Za-z])[*_~]|[*_~](?![0-9A-Za-z])|`")
QUOTE = re.compile(r"^([^\S\n]*)&gt;", re.MULTILINE)
UNFINISHED = re.compile(r"(?:&[a-z]{0,4}|<[^>]*)$")
# At the end of a text too: what follows it may begin with the other colon.
EMOJI = re.compile(r":(?=[\w+'-]+:|[\w+'-]*[^\W\d][\w+'-]*\Z)")


class Mrkdwn(str):
    """A string that is safe to send as mrkdwn."""

    __slots__ = ()


def escaped(text: str) -> Mrkdwn:
    """Take the life out of a stranger's text: mentions, links, formatting, quotes, emoji."""
    text = text.encode(errors="replace").decode()  # half a pair is no character
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = AT_AN_EDGE.sub(lambda mark: FORMATTING[mark[0]], text)
    text = QUOTE.sub(r"\1›", text)
    return Mrkdwn(EMOJI.sub("∶", text))


def shortened(text: Mrkdwn, most: int = 3000) -> Mrkdwn:
    """Cut a text that is too long for a paragraph, never inside an escape or a mention."""
    if len(text) <= most:
        return text
    return Mrkdwn(UNFINISHED.sub("", text[: most - 1]) + "…")


def gathered(lines: Sequence[Mrkdwn], most: int = 3000) -> list[Mrkdwn]:
    """Spread lines over as few paragraphs as Slack's limit lets."""
    parts = [""]
    for line in lines:
        if len(parts[-1]) + len(line) + 1 > most and parts[-1]:
            parts.append("")
        parts[-1] += ("\n" if parts[-1] else "") + line
    return [Mrkdwn(part) for part in parts if part]


def user(person: str) -> Mrkdwn:
    """Mention a person by id."""
    return Mrkdwn(f"<@{person}>")


def mention(one: str) -> Mrkdwn:
    """Mention a person, or a user group, by id."""
    return Mrkdwn(f"<!subteam^{one}>") if one.startswith("S") else user(one)


def link(address: str, words: str) -> Mrkdwn:
    """Link some words to an address of Slack's."""
    return Mrkdwn(f"<{address}|{escaped(words)}>")


def channel(conversation: str) -> Mrkdwn:
    """Link to a conversation by id, or to a person's direct message."""
    return user(conversation) if conversation.startswith(PEOPLE) else Mrkdwn(f"<#{conversation}>")


def date(at: datetime, form: str = "{date_short_pretty} {time}") -> Mrkdwn:
    """Show an instant in the zone of whoever looks.

    https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    fallback = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Mrkdwn(f"<!date^{int(at.timestamp())}^{form}|{fallback}>")

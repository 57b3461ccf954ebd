"""Who may be shown the number of a call: the part of the rules that says so."""

from slack_sdk.models.blocks import Block

from calls.rules import Rules
from views import inputs
from views.filled import Filled
from views.message import section
from views.mrkdwn import Mrkdwn, channel, user
from views.text import Text


def asked(rules: Rules, text: Text) -> list[Block]:
    """Draw the fields."""
    return [
        section(text.mrkdwn("rules.numbers_intro")),
        inputs.people("numbers", text, rules.numbers),
        inputs.conversations("number_channels", text, rules.number_channels),
    ]


def read(filled: Filled) -> dict[str, object]:
    """Read them."""
    return {name: filled.chosen(name) for name in ("numbers", "number_channels")}


def lines(rules: Rules, text: Text) -> list[Mrkdwn]:
    """Tell what holds."""
    told = [text.mrkdwn("rules.told_numbers_always")]
    if rules.numbers:
        people = Mrkdwn(", ".join(map(user, rules.numbers)))
        told.append(text.mrkdwn("rules.told_numbers", people=people))
    if rules.number_channels:
        channels = Mrkdwn(", ".join(map(channel, rules.number_channels)))
        told.append(text.mrkdwn("rules.told_number_channels", channels=channels))
    return told

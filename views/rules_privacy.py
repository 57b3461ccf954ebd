"""How long what is known of people is kept, in the window of the rules."""

from slack_sdk.models.blocks import Block

from calls.rules import LONGEST_RETENTION, RETENTION, Rules
from views import inputs
from views.filled import Filled
from views.mrkdwn import Mrkdwn
from views.text import Text

DAYS = "retention_days"


def asked(rules: Rules, text: Text) -> list[Block]:
    """Draw the field."""
    kept, most = rules.retention_days, LONGEST_RETENTION
    return [inputs.number(DAYS, text, kept, 1, most, days=str(RETENTION))]


def read(filled: Filled) -> dict[str, object]:
    """Read it; ``NotAllowed`` with what is wrong beside it."""
    return {DAYS: filled.number(DAYS, 1, LONGEST_RETENTION)}


def told(rules: Rules, text: Text) -> list[Mrkdwn]:
    """Tell what holds."""
    return [text.mrkdwn("rules.told_retention", days=str(rules.days_kept))]

"""The menu of how a call is repeated where nobody answers, and what it says."""

from slack_sdk.models.blocks import Option, StaticSelectElement

from calls import chain
from calls.chain import Again
from views.text import Text

DEFAULT = "default"
HOUR, DAY = 60, 1440  # minutes
OFFERED = tuple(
    Again(most=most, minutes=minutes)
    for minutes in (15, 30, HOUR, 2 * HOUR, DAY)
    for most in (2, 3)
)


def told(again: Again | None, text: Text) -> str:
    """Write how a call is repeated."""
    if again is None:
        return text("repeat.never")
    most, hours = str(again.most), again.minutes // HOUR
    if again.minutes % HOUR:
        key = "repeat.minute" if again.minutes == 1 else "repeat.minutes"
        return text(key, number=str(again.minutes), most=most)
    keys = {1: "repeat.hour", DAY // HOUR: "repeat.next_day"}
    return text(keys.get(hours, "repeat.hours"), number=str(hours), most=most)


def menu(
    chosen: str, text: Text, default: Again | None = None, *, action: str
) -> StaticSelectElement:
    """Draw the menu; what is ``chosen`` is written as ``chain.written``, empty: the default.

    The default stands there once, and means whatever it will be by then, unless it was chosen.
    """
    usual = chain.written(default)
    wanted = chain.written(chain.read(chosen)) if chosen else usual
    words = {
        chain.written(one): told(one, text) for one in (None, default, chain.read(chosen), *OFFERED)
    }
    options = {
        token: Option(label=said, value=DEFAULT if token == usual != chosen else token)
        for token, said in words.items()
    }
    return StaticSelectElement(
        action_id=action, options=list(options.values()), initial_option=options[wanted]
    )


def read(option: str) -> str:
    """Read what was chosen, as it was given to ``menu``."""
    return "" if option == DEFAULT else option

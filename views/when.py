"""When to dial: the form's fields for a later hour, and how an hour is told in both zones."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from slack_sdk.models.blocks import (
    DatePickerElement,
    InputBlock,
    StaticSelectElement,
    TimePickerElement,
)

from calls import local_time, spoken
from calls.local_time import DAY_FIELD, TIME_FIELD
from calls.order import When
from views.fields import option
from views.filled import Filled
from views.text import Text

WHOSE = "when_whose"
THEIRS, MINE = "theirs", "mine"


def render(when: When, mine: str, text: Text) -> Iterator[InputBlock]:
    """Draw the fields; ``mine`` is the zone of who looks, empty where Slack has not told it."""
    yield InputBlock(
        block_id=DAY_FIELD,
        label=text("when.day"),
        hint=text("when.day_hint"),
        element=DatePickerElement(
            action_id=DAY_FIELD, initial_date=_readable(when.day, date.fromisoformat)
        ),
        optional=True,
    )
    yield InputBlock(
        block_id=TIME_FIELD,
        label=text("when.time"),
        hint=text("when.time_hint_whose" if mine else "when.time_hint"),
        element=TimePickerElement(
            action_id=TIME_FIELD, initial_time=_readable(when.time, time.fromisoformat)
        ),
        optional=True,
    )
    if mine:
        yield _whose(when, mine, text)


def _whose(when: When, mine: str, text: Text) -> InputBlock:
    place = spoken.place(mine, text.language)
    options = {
        THEIRS: option(text("when.theirs"), THEIRS),
        MINE: option(text("when.mine", place=place), MINE),
    }
    element = StaticSelectElement(
        action_id=WHOSE,
        options=list(options.values()),
        initial_option=options[MINE if when.zone else THEIRS],
    )
    return InputBlock(block_id=WHOSE, label=text("when.whose"), element=element, optional=True)


def _readable(words: str, read: Any) -> str | None:  # noqa: ANN401 - a date's or a time's
    try:
        return read(words) and words
    except ValueError:
        return None


def read(view: Mapping[str, Any], mine: str) -> When:
    """Read the fields; ``mine`` is the zone of who has filled them, as they were told it."""
    filled = Filled(view)
    zone = mine if filled.option(WHOSE) == MINE else ""
    return When(
        day=filled.picked(DAY_FIELD, "date"), time=filled.picked(TIME_FIELD, "time"), zone=zone
    )


def there(at: datetime, zone: str, text: Text) -> str:
    """Say what clocks show in a zone at an instant, and which of two where that comes twice."""
    told = spoken.there(at, zone, text.language)
    which = local_time.doubled(at, zone)
    return text(f"when.{which}", hour=told) if which else told


def same(at: datetime, zone: str | None, mine: str) -> bool:
    """Tell whether an hour need not be told twice: both clocks show it, and only once."""
    if not zone or not mine:
        return False
    return local_time.agree(at, zone, mine) and not local_time.doubled(at, zone)

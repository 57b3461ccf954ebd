"""The hour that stands in a form holds while it lies ahead, and not too far."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from calls import hours
from calls.clock import now
from calls.errors import NotAllowed
from calls.hours import LOOK_AHEAD
from calls.local_time import FARTHEST
from calls.model import Call
from calls.order import Draft, Origin
from calls.policy import Unsettled
from calls.rules import Rules
from calls.switchboard import Switchboard
from examples import ASSISTANT, CALLER
from switch import opened, sqlite_only
from views import questions

ORIGIN = Origin(team="T1", channel="C1", asked_by="U1", language="en", gesture="V1")
DRAFT = Draft(number="+15145551234", assistant_id=ASSISTANT, phone_number_id=CALLER)
CLOSED = hours.read("closed")


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Switchboard]:
    async with opened(database_url, calling_hours="always") as found:
        yield found


async def chosen(board: Switchboard, ahead: timedelta) -> Call:
    """Place a call in whose form an hour stands."""
    return await board.place(DRAFT.having(hour=now() + ahead), ORIGIN)


@sqlite_only
@pytest.mark.parametrize(
    ("ahead", "key"),
    [
        (timedelta(minutes=-11), "refused.hour.over"),
        (timedelta(days=-400), "refused.hour.over"),
        (FARTHEST + LOOK_AHEAD + timedelta(hours=1), "refused.hour.far"),
        (timedelta(days=40_000), "refused.hour.far"),
    ],
)
async def test_an_hour_at_which_nobody_would_be_dialled_is_refused(
    board: Switchboard, ahead: timedelta, key: str
) -> None:
    with pytest.raises(NotAllowed) as fault:
        await chosen(board, ahead)
    assert [(one.key, one.field) for one in fault.value.reasons] == [(key, "hour")]


@sqlite_only
async def test_an_hour_that_has_just_struck_is_dialled_at(board: Switchboard) -> None:
    assert (await chosen(board, timedelta(minutes=-9))).hour


@sqlite_only
async def test_outside_hours_another_is_offered_for_one_that_is_over(board: Switchboard) -> None:
    tomorrow = (now() + timedelta(days=1)).weekday()
    open_ = tuple(CLOSED.days[day] if day != tomorrow else hours.WHOLE_DAY for day in range(7))
    rules = Rules(hours=CLOSED.having(days=open_))
    await board.workspaces.change("T1", 0, lambda found: found.having(rules=rules), "U1")
    with pytest.raises(Unsettled) as fault:
        await board.place(DRAFT.having(hour=now() - timedelta(days=3), zone="UTC"), ORIGIN)
    assert [one.key for one in fault.value.reasons] == ["refused.hour.closed"]
    assert fault.value.question.next_hour
    assert fault.value.question.next_hour > now()


@pytest.mark.parametrize("value", ["9" * 12, "9" * 20, "9" * 5000, "\u00b2", "-5", "soon", ""])
def test_what_is_no_hour_is_none(value: str) -> None:
    ticked = {"selected_options": [{"value": value}]}
    view = {"state": {"values": {"hour": {"1": ticked}}}}
    assert questions.read(view).hour is None

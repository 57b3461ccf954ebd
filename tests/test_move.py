"""A scheduled call is moved to another hour, if it may be dialled then."""

from datetime import UTC, datetime, timedelta

import pytest

from calls import hours
from calls.clock import now
from calls.rules import Rules
from calls.status import Status
from calls.workspaces import Workspaces
from desks import TEAM, chosen, home, made, offered, scheduled
from flow import away, database_of, noted
from house import NUMBER, House
from sandbox.modals import View
from sandbox.workspace import ADMIN, PRIVATE
from slack_rules.check_slack import check_view
from switch import postgres_only, sqlite_only
from views import move
from views.text import LANGUAGES, Text

pytestmark = pytest.mark.windows

TOMORROW = timedelta(days=1)


def at(hour: datetime) -> int:
    """Return an instant as Slack's picker reports it."""
    return int(hour.timestamp())


async def window(house: House) -> View:
    """Wait for the window in which the hour is chosen."""
    return await house.slack.until(
        lambda: house.ana.modal if house.ana.modal and house.ana.modal.state else None
    )


async def decided(house: House, **rules: object) -> None:
    """Let some rules hold."""
    async with database_of(house) as database:
        await Workspaces(database).change(
            TEAM, 0, lambda found: found.having(rules=Rules().having(**rules)), ADMIN
        )


async def test_a_call_is_moved_by_its_message_which_shows_the_new_hour(house: House) -> None:
    hour = now() + timedelta(hours=3)
    call = await scheduled(house, hour, number=NUMBER)
    card = await house.card(f"Scheduled for <!date^{at(hour)}^")
    await house.ana.press(card, "move")
    form = await window(house)
    assert form.state["hour"]["hour"]["selected_date_time"] == at(hour)
    assert (await house.ana.submit(form, {"hour": at(hour + TOMORROW)})).body is None
    await house.card(f"Scheduled for <!date^{at(hour + TOMORROW)}^")
    (moved,) = await noted(house)
    there = datetime.fromtimestamp(at(hour + TOMORROW), UTC)
    assert (moved.reference, moved.hour, moved.due_at) == (call.reference, there, there)
    assert (moved.status, moved.zone) == (Status.QUEUED, "America/Toronto")
    assert house.allomia.dialled() == []


async def test_a_call_is_moved_from_home_to_an_hour_that_comes_and_is_dialled_then(
    house: House,
) -> None:
    call = await scheduled(house, now() + TOMORROW, number=NUMBER, channel=PRIVATE)
    await house.ana.open_home()
    await home(house, house.ana, "Scheduled (1)", "archives")
    assert offered(house.ana, call.reference) == [
        *("cancel", "move", "details", "thread", "show_number")
    ]
    await chosen(house, house.ana, "move", call.reference)
    form = await window(house)
    assert (await house.ana.submit(form, {"hour": at(now()) + 3})).body is None
    await home(house, house.ana, "In flight (1)", "Calling")
    assert [one.number for one in house.allomia.dialled()] == [NUMBER]


@sqlite_only
@pytest.mark.parametrize(
    ("by", "told"),
    [
        (-timedelta(minutes=5), "This hour is over. Choose a later one."),
        (366 * TOMORROW, "This is more than a year ahead. Choose an earlier day."),
    ],
)
async def test_a_call_is_not_moved_into_the_past_or_too_far_ahead(
    house: House, by: timedelta, told: str
) -> None:
    await scheduled(house, now() + TOMORROW, number=NUMBER)
    await house.ana.press(await house.card("Scheduled for"), "move")
    form = await window(house)
    await house.ana.submit(form, {"hour": at(now() + by)})
    assert form.errors == {"hour": told}


async def test_outside_calling_hours_the_next_allowed_time_is_named(house: House) -> None:
    await decided(house, hours=hours.Hours(days=((hours.Window(start=540, end=600),),) * 7))
    noon = (now() + 2 * TOMORROW).replace(hour=14, minute=15, second=0, microsecond=0)
    await scheduled(house, noon, number=NUMBER)
    await house.ana.press(await house.card("Scheduled for"), "move")
    form = await window(house)
    await house.ana.submit(form, {"hour": at(noon.replace(hour=2))})
    assert "outside calling hours" in form.errors["hour"]
    assert "9 am" in form.errors["hour"]
    assert form.errors["hour"].startswith("It is outside calling hours in Toronto")
    (call,) = await noted(house)
    assert call.hour == noon


@sqlite_only
async def test_a_call_that_was_dialled_meanwhile_is_moved_no_more(house: House) -> None:
    call = await scheduled(house, now() + timedelta(seconds=4), number=NUMBER)
    await house.ana.open_home()
    early = await home(house, house.ana, "Scheduled (1)")
    await house.ana.press(await house.card("Scheduled for"), "move")
    form = await window(house)
    await house.card("Calling")
    assert (await house.ana.submit(form, {"hour": at(now() + TOMORROW)})).body is None
    told = f"{call.reference} can no longer be moved: its state is “calling”."
    messages = house.slack.workspace.messages
    await house.slack.until(lambda: [one.text for one in messages(house.ana.direct.id)] == [told])
    chosen = f"move {call.reference}"
    await house.ana.press(early, "more", value=chosen, block=call.reference)
    await house.slack.until(lambda: house.ana.modal and told in house.ana.modal.words)


@postgres_only
async def test_a_database_that_is_away_is_said_in_the_window(house: House) -> None:
    await scheduled(house, now() + TOMORROW, number=NUMBER)
    await house.ana.press(await house.card("Scheduled for"), "move")
    form = await window(house)
    async with away(house):
        await house.ana.submit(form, {"hour": at(now() + 2 * TOMORROW)})
    assert house.ana.modal is not None
    assert "I could not note the new hour in time" in house.ana.modal.words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_window_reads_what_it_shows_and_asks_for_what_is_missing(language: str) -> None:
    text, hour = Text(language), datetime(2026, 3, 3, 14, 30, tzinfo=UTC)
    waiting = made(1, Status.QUEUED, hour=hour, zone="America/Toronto")
    drawn = [move.render(waiting, text), move.render(waiting.having(status=Status.BUSY), text)]
    assert [check_view(view) for view in drawn] == [[], []]
    assert "(Toronto)." in str(drawn[0])
    for picked, read in ((str(at(hour)), hour), (at(hour), hour), (None, None)):
        state = {"values": {"hour": {"hour": {"selected_date_time": picked}}}}
        assert move.read(drawn[0] | {"state": state}) == (waiting.reference, read)
    assert (move.read({}), list(move.missing(text))) == (("", None), ["hour"])

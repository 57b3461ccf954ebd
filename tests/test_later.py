"""A call is placed for later: in whose time, told in both; what cannot be is told by its field."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calls import hours
from calls.clock import now
from calls.model import Call
from calls.rules import Rules
from calls.status import Status
from calls.workspaces import Workspaces
from desks import TEAM, scheduled
from flow import database_of, hurry, noted
from house import House
from pressed import form_of, pressed, seeing
from sandbox.modals import View
from sandbox.workspace import ADMIN

pytestmark = pytest.mark.windows

PARIS, TORONTO = "+33 1 42 68 53 00", "America/Toronto"
TOLL_FREE = "+1 800 555 1234"
WHOSE = "Whose clock that is"


def on(ahead: int, time: str, zone: str) -> datetime:
    """Return the instant at which clocks in a zone show a time, so many days from their today."""
    there = now().astimezone(ZoneInfo(zone)) + timedelta(days=ahead)
    hour, minute = map(int, time.split(":"))
    return there.replace(hour=hour, minute=minute, second=0, microsecond=0)


def day(ahead: int, zone: str) -> str:
    return on(ahead, "12:00", zone).date().isoformat()


async def opened(house: House) -> View:
    """Open the form, and wait until it knows the zone of who looks."""
    await form_of(house, house.ana)
    return await seeing(house, house.ana, WHOSE)


async def only(house: House) -> Call:
    (call,) = await noted(house)
    return call


async def decided(house: House, **rules: object) -> None:
    """Let some rules hold."""
    new = Rules().having(**rules)
    async with database_of(house) as database:
        await Workspaces(database).change(TEAM, 0, lambda found: found.having(rules=new), ADMIN)


async def test_a_call_is_scheduled_by_the_clock_of_the_person_called(house: House) -> None:
    form = await opened(house)
    assert "My time (Toronto)" in form.words
    later = {"number": PARIS, "name": "Paul", "when_day": day(3, "Europe/Paris")}
    await house.ana.submit(form, later)
    told = "Choose the time too, or take the day away to call at once."
    assert form.errors == {"when_time": told}
    hour = on(3, "10:30", "Europe/Paris")
    later["when_time"] = "10:30"
    shown = await pressed(
        house, house.ana, form, "preview", "at 10:30 am where the person called is (Paris)", **later
    )
    assert f"<!date^{int(hour.timestamp())}^" in shown.words
    house.slack.workspace.modals.close(shown)
    await house.ana.submit(form)
    card = await house.card(f"Scheduled for <!date^{int(hour.timestamp())}^")
    assert re.search(r"In Paris, where the person called is: .* at 10:30 am\.", card.words)
    call = await only(house)
    assert (call.hour, call.due_at, call.zone) == (hour, hour, "Europe/Paris")
    assert (call.status, house.allomia.log) == (Status.QUEUED, [])


async def test_a_call_is_scheduled_by_the_clock_of_who_asks(house: House) -> None:
    form = await opened(house)
    later = {"when_day": day(2, TORONTO), "when_time": "08:15", "when_whose": "mine"}
    await house.ana.submit(form, {"number": PARIS, **later})
    await house.card("Scheduled for")
    assert (await only(house)).hour == on(2, "08:15", TORONTO)


async def test_by_two_clocks_that_agree_the_preview_tells_the_hour_once(house: House) -> None:
    form = await opened(house)
    later = {"number": "514 555 1234", "when_day": day(2, TORONTO), "when_time": "08:15"}
    shown = await pressed(house, house.ana, form, "preview", "<!date^", **later)
    assert "8:15" not in shown.words


async def test_where_the_number_tells_no_zone_it_is_asked_and_the_hour_is_read_there(
    house: House,
) -> None:
    form = await opened(house)
    later = {"when_day": day(2, "America/Denver"), "when_time": "09:00"}
    await house.ana.submit(form, {"number": TOLL_FREE, **later})
    assert (form.blocks[1]["block_id"], form.errors) == ("zone", {})
    await house.ana.submit(form, {"zone": "America/Denver"})
    await house.card("Scheduled for")
    assert (await only(house)).hour == on(2, "09:00", "America/Denver")


async def test_for_an_hour_outside_calling_hours_another_is_offered_or_chosen(house: House) -> None:
    nine = (hours.Window(start=540, end=600),)
    await decided(house, hours=hours.Hours(days=(nine,) * 7))
    form = await opened(house)
    late = {"when_day": day(2, TORONTO), "when_time": "18:00"}
    await house.ana.submit(form, {"number": "514 555 1234", **late})
    assert "is outside calling hours in Toronto" in form.words
    assert "at 9 am, by your clock too." in form.words
    (tick,) = (block for block in form.blocks if block["block_id"] == "hour")
    offered = tick["element"]["options"][0]["value"]
    assert offered == str(int(on(3, "09:00", TORONTO).timestamp()))
    # Who has ticked it and chooses another hour all the same, is asked about that one.
    await house.ana.submit(form, {"hour": [offered], "when_time": "19:00"})
    assert (form.is_open, form.errors, await noted(house)) == (True, {}, [])
    await house.ana.submit(form, {"when_time": "09:30"})
    await house.card("Scheduled for")
    assert (await only(house)).hour == on(2, "09:30", TORONTO)


async def test_without_the_zone_of_who_asks_the_clock_is_that_of_the_person_called(
    house: House,
) -> None:
    house.slack.fail("users.info", error="internal_error", times=None)
    form = await form_of(house, house.ana)
    assert "By the clock of the person called." in form.words
    later = {"when_day": day(2, "Europe/Paris"), "when_time": "09:00"}
    await house.ana.submit(form, {"number": PARIS, **later})
    await house.card("Scheduled for")
    assert (await only(house)).hour == on(2, "09:00", "Europe/Paris")
    assert WHOSE not in form.words


async def test_the_zone_of_who_asks_is_learnt_anew_after_a_restart(closed_house: House) -> None:
    for _ in range(2):
        async with closed_house.open() as house:
            await opened(house)
            house.slack.workspace.modals.clear(house.ana.id)


async def test_the_rules_are_asked_again_when_the_hour_comes(house: House) -> None:
    await scheduled(house, now() + timedelta(days=90), number="+15145551234")
    await house.card("Scheduled for")
    await decided(house, countries=("FR",))
    await hurry(house)
    await house.reply("The workspace’s rules do not let it be dialled.")
    assert ((await only(house)).status, house.allomia.log) == (Status.REFUSED, [])

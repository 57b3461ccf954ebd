"""Who looks at their Home sees what changes without a click, and Slack is not asked too often."""

from datetime import timedelta
from itertools import pairwise

import pytest

import app
from calls import tables
from calls.clock import now
from calls.status import Status
from desks import home, kept, made, scheduled, words
from flow import CALL, database_of, place, quiet
from house import NUMBER, House, settings_of
from replicas import another
from sandbox.person import Person
from sandbox.traffic import Exchange
from sandbox.workspace import ANA, FRONT_DESK, PRIVATE
from switch import postgres_only, sqlite_only

pytestmark = pytest.mark.windows


def published(house: House, person: Person) -> list[Exchange]:
    """Return what was published for somebody, refused or not."""
    said = house.slack.said("views.publish")
    return [one for one in said if one.request["user_id"] == person.id]


async def test_a_call_moves_from_in_flight_to_recent_without_a_click(house: House) -> None:
    await house.ana.open_home()
    await house.benoit.open_home()
    await home(house, house.ana, "You have asked for no call")
    found = await home(house, house.benoit, "Vous n’avez demandé aucun appel")
    await house.benoit.press(found, "choice", value="everyone")
    await home(house, house.benoit, "Il n’y a aucun appel")
    call = await house.placed(f"now {NUMBER} Marie")
    await home(house, house.ana, "In flight (1)", "Calling", "*Marie*", "Waiting now: *0*")
    await home(house, house.benoit, "En cours (1)", "*Marie*")
    await house.allomia.end(call, "completed")
    await home(house, house.ana, "Recent (1)", "Completed", "*1* reached")
    await home(house, house.benoit, "Récents (1)", "Terminé")
    for person in (house.ana, house.benoit):
        times = [one.at for one in published(house, person)]
        pauses = [later - at for at, later in pairwise(times)]
        assert all(pause > 2.5 for pause in pauses[1 if person is house.ana else 2 :])


async def test_a_call_that_one_may_not_see_changes_nothing(house: House) -> None:
    await house.benoit.open_home()
    found = await home(house, house.benoit, "Vous n’avez demandé aucun appel")
    await house.benoit.press(found, "choice", value="everyone")
    await home(house, house.benoit, "Il n’y a aucun appel")
    before = len(published(house, house.benoit))
    await house.ana.open_home()
    await place(house, f"now {NUMBER} Luc", PRIVATE)
    await home(house, house.ana, "Calling")
    assert len(published(house, house.benoit)) == before


@sqlite_only
async def test_nothing_is_drawn_for_who_opened_home_long_ago_or_never(house: House) -> None:
    await house.ana.open_home()
    await home(house, house.ana, "You have asked for no call")
    early = tables.homes.update().values(opened_at=now() - timedelta(hours=13))
    async with database_of(house) as database, database.write() as connection:
        await connection.execute(early)
    call = await house.placed(CALL)
    await house.allomia.end(call, "completed")
    await quiet(house)
    await house.benoit.open_home()  # after which whatever was to be drawn would have been
    found = await home(house, house.benoit, "Vous n’avez demandé aucun appel")
    await house.benoit.press(found, "choice", value="everyone")
    await home(house, house.benoit, "*Marie*")
    assert (len(published(house, house.ana)), "Marie" in words(house.ana)) == (1, False)


async def test_a_rate_limit_is_obeyed_and_the_page_comes_after_it(house: House) -> None:
    await house.ana.open_home()
    await home(house, house.ana, "You have asked for no call")
    house.slack.fail("views.publish", retry_after=2)
    call = await house.placed(CALL)
    await house.allomia.end(call, "busy")
    await house.reply("the line was busy")  # nothing waits for Home
    await home(house, house.ana, "Needs you (1)", "Busy")
    limited = [one for one in published(house, house.ana) if one.status == 429]
    after = [one.at for one in published(house, house.ana) if one.at > limited[0].at]
    assert (len(limited), after[0] - limited[0].at > 1.9) == (1, True)


@sqlite_only
async def test_a_click_that_slack_does_not_take_is_drawn_soon(house: House) -> None:
    house.slack.fail("views.publish", status=503)
    await house.ana.open_home()
    await home(house, house.ana, "You have asked for no call")


@sqlite_only
async def test_a_home_that_cannot_be_shown_is_given_up(house: House) -> None:
    house.slack.fail("views.publish", error="not_enabled")
    await house.ana.open_home()
    await house.slack.until(lambda: house.slack.said("views.publish"))
    await house.placed(CALL)
    await home(house, house.ana, "*Marie*")


@sqlite_only
async def test_a_home_drawn_by_somebody_else_meanwhile_is_read_anew(house: House) -> None:
    await house.ana.open_home()
    found = await home(house, house.ana, "You have asked for no call")
    house.slack.workspace.homes[ANA] = found | {"hash": "another"}
    await house.ana.press(found, "refresh")
    await house.slack.until(lambda: len(published(house, house.ana)) == 3)
    answers = published(house, house.ana)
    told = [("hash" in one.request, one.answer.get("error")) for one in answers]
    assert told == [(False, None), (True, "hash_conflict"), (False, None)]


@postgres_only
async def test_a_worker_by_itself_draws_the_home_that_a_door_by_itself_has_noted(
    closed_house: House,
) -> None:
    worker = settings_of(another(closed_house) | {"ROLE": "worker"})
    async with closed_house.open(ROLE="web") as house, app.running(worker):
        await house.ana.open_home()
        found = await home(house, house.ana, "You have asked for no call")
        await house.ana.press(found, "choice", value="everyone")
        await home(house, house.ana, "There is no call of the last 30 days")
        await place(house)
        await home(house, house.ana, "In flight (1)", "Calling")


async def test_a_scheduled_call_stands_there_with_its_hour_and_is_dialled_in_time(
    house: House,
) -> None:
    late = await scheduled(house, now() + timedelta(hours=5), 1, name="Late")
    await scheduled(house, now() + timedelta(seconds=5), 2, name="Early")
    await house.ana.open_home()
    await home(house, house.ana, "Scheduled (2)", ":calendar: Scheduled: ", "Waiting now: *2*")
    assert words(house.ana).index("Early") < words(house.ana).index("Late")
    await home(house, house.ana, "In flight (1)", "Scheduled (1)", "Calling")
    assert late.reference in words(house.ana)


async def test_what_failed_needs_somebody_until_a_later_call_has_reached_the_number(
    house: House,
) -> None:
    await kept(house, [made(1, Status.FAILED, number=NUMBER, name="Marie")])
    await house.ana.open_home()
    await home(house, house.ana, "Needs you (1)")
    call = await house.placed(f"now {NUMBER} Marie", FRONT_DESK)
    await house.allomia.end(call, "completed")
    await home(house, house.ana, "Recent (2)")
    assert "Needs you" not in words(house.ana)

"""Administrators see the rules, change them part by part, and nobody else does."""

from typing import Any

import pytest

from calls import hours
from calls.hours import Holiday
from calls.rules import Rules
from flow import CALL, away, noted, place, posted
from governed import admin, decided, person, rules_of
from house import NUMBER, House, text_of
from sandbox.modals import View
from sandbox.person import Person
from sandbox.workspace import ANA, BENOIT, BILLING, FRONT_DESK
from switch import postgres_only, sqlite_only

pytestmark = pytest.mark.windows

REFUSED = "Only administrators may do this."
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


async def shown(house: House, who: Person, words: str) -> View:
    """Wait until somebody looks at a window that holds some words."""
    return await house.slack.until(
        lambda: who.modal if who.modal and words in who.modal.words else None
    )


async def overview(house: House, who: Person) -> View:
    """Open the rules from Home."""
    await who.open_home()
    await house.slack.until(lambda: "rules" in str(who.home))
    assert who.home is not None
    await who.press(who.home, "rules")
    return await shown(house, who, "Every call is judged by these rules")


async def part(house: House, who: Person, name: str, words: str) -> View:
    """Open the form of one part."""
    view = await overview(house, who)
    await who.press(view, "edit_rules", value=name)
    return await shown(house, who, words)


async def saved(house: House, name: str, words: str, **values: object) -> Rules:
    """Change a part as the administrator does, and return what holds then."""
    chief = admin(house)
    form = await part(house, chief, name, words)
    answer = await chief.submit(form, values)
    assert (answer.status, answer.body) == (200, None)
    return await rules_of(house)


async def test_what_holds_is_told_in_words(house: House) -> None:
    view = await overview(house, admin(house))
    told = view.words
    for words in (
        "At any hour of any day.",
        "As set for this installation.",
        "Everybody may place calls.",
        "Administrators: those of the workspace",
        "At once: no limit",
        "Seconds to cancel a call: 0, as set for this installation",
        "Countries that may be called: all",
    ):
        assert words in told


async def test_calling_hours_are_set_by_weekday_with_holidays(house: House) -> None:
    chief = admin(house)
    form = await part(house, chief, "hours", "no legal advice")
    week = dict.fromkeys(WEEK[:5], "9h-12h, 13:00-20:00") | {"saturday": "closed", "sunday": None}
    answer = await chief.submit(form, week | {"holidays": "12-25 Christmas\n2027-04-02"})
    assert answer.body is None
    rules = await rules_of(house)
    assert rules.hours
    assert [hours.written_windows(day) for day in rules.hours.days] == [
        *["09:00-12:00, 13:00-20:00"] * 5,
        *["closed"] * 2,
    ]
    assert rules.hours.holidays == (
        Holiday(month=12, day=25, name="Christmas"),
        Holiday(year=2027, month=4, day=2),
    )
    below = await shown(house, chief, "Monday to Friday: 09:00-12:00, 13:00-20:00")
    assert "Saturday to Sunday: closed" in below.words
    assert "Holidays: 12-25 Christmas, 2027-04-02" in below.words
    await chief.press(below, "edit_rules", value="hours")
    again = await shown(house, chief, "no legal advice")
    values = {block: next(iter(one.values()))["value"] for block, one in again.state.items()}
    assert (values["monday"], values["sunday"]) == ("09:00-12:00, 13:00-20:00", "closed")
    assert values["holidays"] == "12-25 Christmas\n2027-04-02"
    emptied = dict.fromkeys([*WEEK, "holidays"])
    assert (await chief.submit(again, emptied)).body is None
    assert (await rules_of(house)).hours is None


@sqlite_only
async def test_what_was_not_touched_stays_as_the_installation_sets_it(closed_house: House) -> None:
    async with closed_house.open(CALLING_HOURS="08:30-21:00") as house:
        rules = await saved(house, "hours", "no legal advice")
        assert rules.hours is None
        rules = await saved(house, "hours", "no legal advice", holidays="12-25")
        assert rules.hours
        assert rules.hours.holidays == (Holiday(month=12, day=25),)
        assert set(map(hours.written_windows, rules.hours.days)) == {"08:30-21:00"}


@sqlite_only
async def test_faulty_hours_are_told_beside_their_days(house: House) -> None:
    chief = admin(house)
    form = await part(house, chief, "hours", "no legal advice")
    typed = {"monday": "nine to five", "tuesday": "20:00-09:00", "holidays": "12-25\n31-31 x"}
    await chief.submit(form, typed)
    assert form.errors.keys() == {"monday", "tuesday", "holidays"}
    assert "nine to five" in form.errors["monday"]
    assert "Line 2" in form.errors["holidays"]
    assert (await rules_of(house)).hours is None


async def test_who_may_call_and_who_administers_is_chosen(house: House) -> None:
    rules = await saved(
        house,
        "who",
        "let everybody place calls",
        people=[ANA, BENOIT],
        channels=[FRONT_DESK],
        administrators=[BENOIT],
    )
    assert (rules.people, rules.channels) == ((ANA, BENOIT), (FRONT_DESK,))
    assert rules.administrators == (BENOIT,)
    below = await shown(house, admin(house), f"May place calls: <@{ANA}>, <@{BENOIT}>")
    assert f"the members of <#{FRONT_DESK}>" in below.words
    assert f"Administrators: <@{BENOIT}>, and those of the workspace" in below.words
    benoit = person(house, BENOIT)
    await benoit.open_home()
    await house.slack.until(lambda: "Règles" in str(benoit.home))
    rules = await saved(
        house, "who", "let everybody place calls", people=None, channels=None, administrators=None
    )
    assert rules == Rules()


async def test_how_much_is_limited_by_numbers(house: House) -> None:
    numbers = {"per_person": "20", "per_workspace": "100", "at_once": "2", "same_number": "60"}
    rules = await saved(house, "much", "Calls at once", **numbers, undo_seconds="7")
    assert rules == Rules(
        per_person=20, per_workspace=100, at_once=2, same_number=60, undo_seconds=7
    )
    below = await shown(house, admin(house), "At once: 2")
    assert "Seconds to cancel a call: 7" in below.words
    empty = dict.fromkeys([*numbers, "undo_seconds"])
    assert await saved(house, "much", "Calls at once", **empty) == Rules()
    assert (await saved(house, "much", "Calls at once", undo_seconds="0")).undo_seconds == 0


@sqlite_only
@pytest.mark.parametrize("typed", ["0", "-3", "two", "1001", "1.5", "nan"])
async def test_what_is_no_number_is_told_beside_its_field(house: House, typed: str) -> None:
    chief = admin(house)
    form = await part(house, chief, "much", "Calls at once")
    await chief.submit(form, {"at_once": typed, "undo_seconds": "601"})
    assert form.errors == {
        "at_once": "Type a number from 1 to 1000, or leave it empty.",
        "undo_seconds": "Type a number from 0 to 600, or leave it empty.",
    }


async def test_where_calls_may_go_and_report_is_chosen_by_name(house: House) -> None:
    rules = await saved(
        house,
        "where",
        "Shared channels where calls may report",
        countries=["CA", "US"],
        shared_channels=[FRONT_DESK],
        full_names=["yes"],
        transcripts=[BILLING],
        no_transcripts=[FRONT_DESK],
    )
    assert (rules.countries, rules.shared_channels) == (("CA", "US"), (FRONT_DESK,))
    assert (rules.transcripts, rules.no_transcripts) == ((BILLING,), (FRONT_DESK,))
    assert rules.full_names
    below = await shown(house, admin(house), "Countries that may be called: Canada, United States")
    assert "full name of the person called" in below.words
    assert f"may know what was said: <#{BILLING}>" in below.words
    assert f"Private channels that may not: <#{FRONT_DESK}>" in below.words
    answer = await house.ana.command("now +33 6 12 34 56 78 Marie", FRONT_DESK)
    assert answer.body is not None
    assert "this country (France)" in answer.body["text"]
    assert "Canada, United States" in answer.body["text"]
    fields = ("countries", "shared_channels", "full_names", "transcripts", "no_transcripts")
    empty = dict.fromkeys(fields)
    assert await saved(house, "where", "Shared channels where calls may report", **empty) == Rules()


async def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(house: House) -> None:
    chief = admin(house)
    form = await part(house, chief, "much", "Calls at once")
    await decided(house, at_once=5)
    await chief.submit(form, {"at_once": "2"})
    form = await shown(house, chief, "Somebody else has changed the rules meanwhile")
    (field,) = form.state["at_once"].values()
    assert (field["value"], (await rules_of(house)).at_once) == ("5", 5)
    assert (await chief.submit(form, {"at_once": "2"})).body is None
    assert (await rules_of(house)).at_once == 2


@sqlite_only
async def test_what_is_no_rule_may_change_meanwhile(house: House) -> None:
    chief = admin(house)
    form = await part(house, chief, "much", "Calls at once")
    await chief.command("stop", FRONT_DESK)
    await house.slack.until(lambda: chief.ephemerals)
    assert (await chief.submit(form, {"at_once": "2"})).body is None
    assert (await rules_of(house)).at_once == 2
    await house.ana.command(CALL, FRONT_DESK)
    await house.card("all dialling is stopped")


@sqlite_only
async def test_nobody_else_sees_or_changes_the_rules(house: House) -> None:
    chief = admin(house)
    await saved(house, "who", "let everybody place calls", administrators=[ANA])
    form = await part(house, house.ana, "much", "Calls at once")
    assert house.ana.home is not None
    await saved(house, "who", "let everybody place calls", administrators=None)
    await house.ana.submit(form, {"at_once": "2"})
    await shown(house, house.ana, REFUSED)
    assert await rules_of(house) == Rules()
    await chief.open_home()
    await house.ana.press(await house.slack.until(lambda: chief.home), "rules")
    await shown(house, house.ana, REFUSED)


@sqlite_only
async def test_the_administrators_of_the_workspace_cannot_be_locked_out(house: House) -> None:
    await decided(house, administrators=(ANA,), people=(ANA,))
    await overview(house, admin(house))
    await decided(house, administrators=())
    await overview(house, admin(house))


@postgres_only  # a locked SQLite can still be read
async def test_rules_that_are_not_saved_in_time_stay_in_the_form(house: House) -> None:
    chief = admin(house)
    form = await part(house, chief, "much", "Calls at once")
    async with away(house):
        await chief.submit(form, {"at_once": "2"})
        notice = await shown(house, chief, "I could not save this in time")
        await chief.close(notice)
    assert (await chief.submit(form)).body is None
    assert (await rules_of(house)).at_once == 2


@sqlite_only
async def test_a_limit_that_is_raised_lets_out_who_waits_in_line(house: House) -> None:
    await decided(house, at_once=1)
    await house.placed("now +15145550001 Marie")
    await place(house, "now +15145550002 Marie")
    await house.card("Waiting in line")
    await saved(house, "much", "Calls at once", at_once=None)
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)


@sqlite_only
async def test_a_window_that_does_not_open_is_told(house: House) -> None:
    chief = admin(house)
    await chief.open_home()
    await house.slack.until(lambda: chief.home)
    for method in ("views.open", "views.push"):
        view: Any = chief.home if method == "views.open" else await overview(house, chief)
        house.slack.fail(method, error="expired_trigger_id")
        action = "rules" if method == "views.open" else "edit_rules"
        await chief.press(view, action, value=None if action == "rules" else "much")
        await house.slack.until(lambda: house.slack.workspace.messages(chief.direct.id))
        house.slack.workspace.posted.clear()


async def test_the_pause_in_which_a_call_can_be_cancelled_is_a_rule(closed_house: House) -> None:
    async with closed_house.open(UNDO_SECONDS="0") as house:
        await decided(house, undo_seconds=60)
        await place(house)
        card = await house.card("Queued")
        (call,) = await noted(house)
        assert (call.due_at - call.placed_at).total_seconds() == 60
        await house.ana.press(card, "cancel")
        await house.card("Cancelled")
    async with closed_house.open(UNDO_SECONDS="60") as house:
        await decided(house, undo_seconds=0)
        await house.placed(f"now {NUMBER} Marie")
    assert posted(house) == 1
    assert "Cancelled" in text_of(house.cards()[0])

"""The do-not-call list at work: who is on it is not called by any door, and nobody overrides it."""

import re

import pytest
from sqlalchemy import select

from calls import do_not_call, do_not_call_file, tables
from calls.clock import now
from calls.do_not_call import Entry
from flow import away, database_of, direct, noted, place, posted, quiet, replies
from house import NUMBER, House
from sandbox.modals import View
from sandbox.person import Person
from sandbox.workspace import ADMIN, BILLING, FRONT_DESK, Message
from switch import postgres_only

pytestmark = pytest.mark.windows

REFUSED = "This number is on the do-not-call list."
SPACED = "+1 514-555-1234"


async def typed(house: House, text: str, person: Person | None = None) -> Message:
    """Let somebody type a command, and return what only they are shown for it."""
    person = person or house.ana
    before = len(person.ephemerals)
    answer = await person.command(f"dnc {text}", BILLING)
    assert (answer.status, answer.text) == (200, "")
    await house.slack.until(lambda: len(person.ephemerals) > before)
    return person.ephemerals[before]


async def said(house: House, text: str, person: Person | None = None) -> str:
    """Let somebody type a command, and return the words that they are shown."""
    return (await typed(house, text, person)).words


def admin(house: House) -> Person:
    """Return somebody who administers the workspace."""
    return house.slack.person(ADMIN)


async def window(house: House, person: Person, words: str) -> View:
    """Wait until somebody looks at a window with some words."""

    def shown() -> View | None:
        return person.modal if person.modal and words in person.modal.words else None

    return await house.slack.until(shown)


async def opened(house: House, person: Person | None = None) -> View:
    """Open the list from the answer to the bare command."""
    person = person or admin(house)
    answer = await typed(house, "", person)
    await person.press(answer, "dnc_open")
    return await window(house, person, "Find")


async def add(house: House, lines: str, reason: str | None = None) -> View:
    """Let the administrator add lines in the open window."""
    view = await window(house, admin(house), "Find")
    await admin(house).press(view, "dnc_add")
    form = await window(house, admin(house), "One a line")
    assert (await admin(house).submit(form, {"lines": lines, "reason": reason})).in_time
    return form


async def listed(house: House, numbers: list[str]) -> None:
    """Put numbers on the list, as nothing of ours does: beside the app."""
    entries = [Entry(number=one, reason="x", added_by="import", added_at=now()) for one in numbers]
    async with database_of(house) as database, database.write() as connection:
        await do_not_call.add(connection, house.slack.workspace.app.team_id, entries)


async def removals(house: House) -> list[tuple[object, ...]]:
    """Return which numbers were taken off the list, by whom and why."""
    table = tables.do_not_call.c
    statement = select(table.number, table.removed_by, table.removed_why)
    async with database_of(house) as database, database.read() as connection:
        found = await connection.execute(statement.where(table.removed_at.is_not(None)))
        return [tuple(row) for row in found]


async def test_anybody_adds_and_checks_and_is_told_in_full(house: House) -> None:
    assert await said(house, "check 514 555 1234") == f"{SPACED} is not on the do-not-call list."
    added = await said(house, "add 514 555 1234 asked by *letter*")
    assert added.startswith(f"{SPACED} is on the do-not-call list: from now on nobody")
    again = await said(house, "add <tel:5145551234|514 555-1234> once more", house.benoit)
    assert "était déjà sur la liste" in again
    assert "Motif\u00a0: asked by ∗letter∗" in again
    checked = await said(house, "check +1 (514) 555-1234")
    assert re.fullmatch(
        rf"{re.escape(SPACED)} is on the do-not-call list: nobody can call it\. "
        rf"Since <!date[^>]*>, added by <@{house.ana.id}>\. Reason: asked by ∗letter∗",
        checked,
    )
    assert house.slack.workspace.messages(BILLING) == []


async def test_a_barred_number_is_refused_by_the_form_and_by_the_command(house: House) -> None:
    await typed(house, "add 514 555 1234")
    answer = await house.ana.command(f"now {NUMBER} Marie", FRONT_DESK)
    assert REFUSED in str(answer.body)
    await house.ana.command("514 555 1234 Marie", FRONT_DESK)
    form = await house.slack.until(lambda: house.ana.modal)
    await house.ana.submit(form)
    assert form.errors["number"].startswith(REFUSED)
    assert "à ne pas appeler" in str(
        (await house.benoit.command(f"now {NUMBER} Marie", FRONT_DESK)).body
    )
    boss = await admin(house).command(f"now {NUMBER} Marie", FRONT_DESK)  # nobody overrides it
    assert REFUSED in str(boss.body)
    assert (house.allomia.dialled(), house.cards()) == ([], [])


@pytest.mark.parametrize("house", [{"UNDO_SECONDS": "1"}], indirect=True)
async def test_a_number_that_was_barred_meanwhile_is_not_dialled(house: House) -> None:
    await place(house)
    await listed(house, [NUMBER])
    await quiet(house)
    (reply,) = replies(house)
    assert "was not placed. Nobody was called." in reply
    assert REFUSED in reply
    assert (posted(house), house.allomia.dialled()) == (0, [])


@pytest.mark.parametrize("house", [{"UNDO_SECONDS": "600"}], indirect=True)
async def test_calls_that_wait_for_a_number_are_stopped_when_it_is_added(house: House) -> None:
    await place(house)
    await house.card("Queued")
    assert "Waiting calls that will not be dialled: 1." in await said(house, "add 514 555 1234")
    await house.reply(REFUSED)
    await house.card("Not placed")
    assert [call.status.value for call in await noted(house)] == ["refused"]
    assert house.allomia.dialled() == []


async def test_only_an_administrator_removes_and_says_why(house: House) -> None:
    await typed(house, "add 514 555 1234")
    refused = await said(house, "remove 514 555 1234 changed my mind")
    assert "Nothing was changed. Only an administrator" in refused
    asked = await said(house, "remove 514 555 1234", admin(house))
    assert "Say why it may be called again" in asked
    assert "`/call dnc remove +15145551234" in asked
    removed = await said(house, "REMOVE 514 555 1234 gave her consent", admin(house))
    assert removed == f"{SPACED} is off the do-not-call list and can be called again."
    again = await said(house, "remove 514 555 1234 gave her consent", admin(house))
    assert again == f"{SPACED} is not on the do-not-call list."
    assert await removals(house) == [(NUMBER, ADMIN, "gave her consent")]
    await house.placed()


async def test_slack_that_does_not_say_who_administers_lets_nobody_remove(house: House) -> None:
    await typed(house, "add 514 555 1234")
    await typed(house, "check 514 555 1234", admin(house))
    house.slack.fail("users.info", times=None, status=503)
    assert "Only an administrator" in await said(house, "remove 514 555 1234 x", admin(house))


async def test_who_has_just_added_a_number_takes_it_back(house: House) -> None:
    answer = await typed(house, "add 514 555 1234 by mistake")
    before = len(house.ana.ephemerals)
    await house.ana.press(answer, "dnc_undo")
    await house.slack.until(lambda: len(house.ana.ephemerals) > before)
    assert house.ana.ephemerals[-1].words == f"{SPACED} is off the do-not-call list again."
    await house.ana.press(answer, "dnc_undo")
    await house.slack.until(lambda: len(house.ana.ephemerals) > before + 1)
    assert "cannot be taken back any more" in house.ana.ephemerals[-1].words
    await house.placed()


UNDONE = {
    "add": "Which number?",
    "check Marie": "Which number?",
    "add 911 do not": "I never call emergency numbers",
    "add 514 555 1234 " + "x" * 501: "longer than 500 characters",
    "forbid 514 555 1234": "I do not know what to do with “forbid 514 555 1234”",
    "": "*The do-not-call list*",
}


async def test_what_cannot_be_done_says_what_to_type(house: House) -> None:
    answers = {text: await typed(house, text) for text in UNDONE}
    assert [text for text, told in UNDONE.items() if told not in answers[text].words] == []
    shown = {block["type"] for answer in answers.values() for block in answer.blocks}
    assert shown == {"section"}  # no button for who administers nothing
    assert "is not on the do-not-call list" in await said(house, "check 514 555 1234")


async def test_an_administrator_adds_ten_numbers_in_one_window(house: House) -> None:
    view = await opened(house)
    assert "The list is empty" in view.words
    lines = [f"514 555 12{n}, reason {n}" for n in range(30, 39)] + ["514-555-1239"]
    form = await add(house, "\n".join(lines), "by letter")
    assert not form.is_open
    view = await window(house, admin(house), "1–10 of 10")
    assert "New on the list: 10. There already: 0." in view.words
    assert "Reason: reason 34" in view.words
    assert view.words.count("Reason: by letter") == 1
    await add(house, "5145551230\n5145551299")
    await window(house, admin(house), "New on the list: 1. There already: 1.")
    answer = await house.ana.command(f"now {NUMBER} Marie", FRONT_DESK)
    assert REFUSED in str(answer.body)


async def test_faulty_lines_are_told_beside_them_and_nothing_is_added(house: House) -> None:
    await opened(house)
    form = await add(house, "514 555 1234\nMarie\n911")
    assert [line.split(":")[0] for line in form.errors["lines"].split("\n")] == [
        "Line 2 (Marie)",
        "Line 3 (911)",
    ]
    await admin(house).submit(form, {"lines": " \n number, reason"})
    assert "Which number?" in form.errors["lines"]
    await admin(house).close(form)
    assert "is not on the do-not-call list" in await said(house, "check 514 555 1234")


async def test_the_list_is_searched_turned_and_cleared_with_a_reason(house: House) -> None:
    await listed(house, [f"+1514555{n:04}" for n in range(1000, 1045)])
    boss, view = admin(house), await opened(house)
    await boss.press(view, "dnc_older")
    view = await window(house, boss, "21–40 of 45")
    await boss.press(view, "dnc_older")
    await boss.press(await window(house, boss, "41–45 of 45"), "dnc_newer")
    view = await window(house, boss, "21–40 of 45")
    await boss.submit(view, {"sought": "514 555 1003"})
    view = await window(house, boss, "1–1 of 1")
    await boss.press(view, "dnc_remove")
    form = await window(house, boss, "Why may it be called again?")
    await boss.submit(form, {"why": " \u2066 "})
    assert form.errors == {"why": "Say why."}
    await boss.submit(form, {"why": "signed on 3 March"})
    view = await window(house, boss, "+1 514-555-1003 is off the do-not-call list")
    assert "Nothing on the list matches." in view.words
    await boss.submit(view, {"sought": None})
    await window(house, boss, "1–20 of 44")
    assert await removals(house) == [("+15145551003", ADMIN, "signed on 3 March")]
    await house.placed("now +15145551003 Marie")


async def test_the_list_is_sent_to_the_administrator_alone(house: House) -> None:
    await listed(house, [f"+1514555{n:04}" for n in range(40)])
    boss, view = admin(house), await opened(house)
    await boss.press(view, "dnc_export")
    view = await window(house, boss, "The list is in your direct message with me.")
    sent = house.slack.workspace.messages(boss.direct.id)
    sheets = [
        do_not_call_file.read(block["elements"][0]["elements"][0]["text"], "CA", "", now())
        for message in sent
        for block in message.blocks
        if block["type"] == "rich_text"
    ]
    assert sum(len(sheet.entries) for sheet in sheets) == 40
    house.slack.fail("chat.postMessage", error="restricted_action")
    await boss.press(view, "dnc_export")
    view = await window(house, boss, "Slack did not take my direct message")
    await listed(house, [f"+1514555{n:04}" for n in range(1000, 1960)])
    await boss.press(view, "dnc_export")
    await window(house, boss, "too long for messages (1000 numbers)")
    assert (direct(house), house.slack.workspace.messages(BILLING)) == ([], [])
    answer = await house.ana.command("now +1 514 555 1959", FRONT_DESK)
    assert REFUSED in str(answer.body)


async def test_whoever_is_no_administrator_any_more_is_shown_and_changes_nothing(
    house: House,
) -> None:
    await typed(house, "add 514 555 1234")
    boss, view = admin(house), await opened(house)
    await boss.press(view, "dnc_remove")
    removal = await window(house, boss, "Why may it be called again?")
    boss.user.is_admin = False
    await boss.submit(removal, {"why": "x"})
    assert "Only an administrator" in removal.errors["why"]
    await boss.close(removal)
    await boss.submit(view, {"sought": "x"})
    assert "Only an administrator" in view.errors["sought"]
    await boss.press(view, "dnc_add")
    form = await window(house, boss, "One a line")
    await boss.submit(form, {"lines": "5145550000"})
    assert "Only an administrator" in form.errors["lines"]
    await boss.close(form)
    await boss.press(view, "dnc_export")
    await window(house, boss, "Only an administrator")
    assert house.slack.workspace.messages(boss.direct.id) == []
    assert "is on the do-not-call list" in await said(house, "check 514 555 1234")


async def test_the_list_opens_for_administrators_only_and_says_what_keeps_it(house: House) -> None:
    await listed(house, [f"+1514555{n:04}" for n in range(1000, 1025)])
    boss = admin(house)
    answer = await typed(house, "", boss)
    boss.user.is_admin = False
    await boss.press(answer, "dnc_open")
    await window(house, boss, "Only an administrator")
    boss.user.is_admin = True
    house.slack.fail("views.open", error="expired_trigger_id")
    await boss.press(answer, "dnc_open")
    await house.slack.until(lambda: len(boss.ephemerals) > 1)
    assert "Slack did not let me open the window" in boss.ephemerals[-1].words
    await boss.press(answer, "dnc_open")
    await window(house, boss, "1–20 of 25")


@postgres_only  # a locked file can be read all the same
async def test_a_list_that_cannot_be_read_says_so(house: House) -> None:
    await listed(house, [f"+1514555{n:04}" for n in range(1000, 1025)])
    boss, view = admin(house), await opened(house)
    async with away(house):
        await boss.press(view, "dnc_older")
        await window(house, boss, "I cannot reach my records")


async def test_a_database_that_is_away_is_told_and_what_was_typed_stays(house: House) -> None:
    boss, view = admin(house), await opened(house)
    await boss.press(view, "dnc_add")
    form = await window(house, boss, "One a line")
    async with away(house):
        answer = await boss.submit(form, {"lines": "5145550000"})
        assert (answer.in_time, "I cannot reach my records" in str(answer.body)) == (True, True)
    assert form.is_open

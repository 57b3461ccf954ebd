"""A person is forgotten: in the database, in Slack's messages and files; figures stay."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import make_url, select

from calls import do_not_call, store, tables
from calls.chain import Chain
from calls.clock import now
from calls.database import Database
from calls.do_not_call import Entry
from calls.favourites import Favourites
from calls.model import Call
from calls.note import Note
from calls.order import Draft, Filled
from calls.place import Place
from calls.retention import Retention
from calls.status import Status
from calls.switchboard import Switchboard
from calls.tables import metadata
from desks import kept, made, scheduled
from flow import aged, database_of, noted, quiet, replies, settled
from governed import admin, decided
from handlers.messages import Messages
from house import NUMBER, House, settings_of, text_of
from pressed import seeing
from sandbox.allomia import ORGANIZATION_ID
from sandbox.allomia_log import CONFIRMED
from sandbox.modals import View
from sandbox.workspace import ADMIN, ANA, FRONT_DESK, PRIVATE
from switch import sqlite_only, until
from views import reply
from views.text import Text

TEAM = "T0CLINIC01"
WITH_LOG = {"ALLOMIA_ORGANIZATION_ID": ORGANIZATION_ID}
with_log = pytest.mark.parametrize("house", [WITH_LOG], indirect=True)
SECRETS = ("5145551234", "555-1234", "Marie", "where to park", "broken wrist", "Grandma")
LONG = "User: I am Marie, call 514 555-1234\n" * 200


async def in_the_database(house: House) -> str:
    """Return all that the database holds, and with SQLite every byte of its files."""
    found = []
    async with database_of(house) as database, database.read() as connection:
        for table in metadata.tables.values():
            found += [str(tuple(row)) for row in await connection.execute(select(table))]
    address = make_url(house.environ["DATABASE_URL"])
    if address.get_backend_name() == "sqlite":
        file = Path(address.database or "")
        found += [one.read_bytes().decode("latin-1") for one in file.parent.glob(f"{file.name}*")]
    return "\n".join(found)


def in_slack(house: House) -> str:
    """Return all that Slack's messages show now, and the files that it has."""
    space = house.slack.workspace
    shown = [
        f"{message.faces[-1]}"
        for message in space.posted
        if not message.deleted and message.only_for is None
    ]
    return "\n".join([*shown, *(f"{one.name} {one.content!r}" for one in space.files.values())])


def told_in(words: str) -> list[str]:
    """Return which secrets stand in some words."""
    return [secret for secret in SECRETS if secret in words]


async def asked(house: House, number: str = NUMBER, words: str = "What stays") -> View:
    """Let the administrator type the command; return the window that asks."""
    await admin(house).command(f"forget {number}", FRONT_DESK)
    return await seeing(house, admin(house), words)


async def forgotten(house: House, words: str = "1234 is erased") -> View:
    """Let the administrator erase, and return the window that tells what came of it."""
    view = await asked(house)
    await admin(house).press(view, "forget_erase")
    return await seeing(house, admin(house), words)


def listed() -> Entry:
    """Write an entry of the do-not-call list."""
    return Entry(number=NUMBER, reason="Grandma asked", added_by=ANA, added_at=now())


async def with_traces(house: House) -> None:
    """Leave a number in every place where it may stand."""
    draft = Draft(number="514 555 1234", name="Marie", variables="reason = broken wrist")
    call_back = Draft(variables="call_back = (514) 555-1234\nwho = Marie")
    async with database_of(house) as database:
        await Favourites(database).save(TEAM, ANA, "Rappel", Filled(draft=call_back))
        async with database.write() as connection:
            await do_not_call.add(connection, TEAM, [listed()])
            why = "Grandma agreed"
            await do_not_call.remove(connection, TEAM, NUMBER, by=ADMIN, at=now(), why=why)
            whose = {"team": TEAM, "person": ANA}
            await connection.execute(tables.profiles.insert().values(whose | {"number": NUMBER}))
            row = {"id": "d1", "draft": Filled(draft=draft).model_dump(mode="json")}
            await connection.execute(
                tables.drafts.insert().values(whose | row | {"kept_at": now()})
            )


async def noted_by_hand(house: House, **changes: object) -> Call:
    """Change the only call as others would, beside the app."""
    async with database_of(house) as database, database.write() as connection:
        (call,) = (await store.lock(connection, [(await noted(house))[0].reference])).values()
        await store.change(connection, [call.having(**changes)])
    return call


async def ended(house: House, channel: str = PRIVATE) -> str:
    """Let a call go all its way, with its record and its transcript as a file."""
    house.allomia.writes(transcript=LONG)
    call = await house.placed(f'now {NUMBER} Marie reason="broken wrist"', channel)
    await house.card("Calling", channel)
    await house.allomia.end(call)
    await house.slack.until(lambda: CONFIRMED["callSummary"] in str(replies(house, channel)))
    await house.slack.until(lambda: house.slack.workspace.files)
    await settled(house)
    return call


@with_log
async def test_what_is_forgotten_stands_nowhere_any_more(house: House) -> None:
    id_ = await ended(house)
    note = Note(at=now(), by=ANA, text="Grandma drives her")
    before = await noted_by_hand(house, notes=(note,), opted_out=True)
    await with_traces(house)
    assert set(told_in(await in_the_database(house))) == set(SECRETS)
    assert before.record
    assert set(told_in(in_slack(house))) >= {"Marie", "where to park"}

    view = await forgotten(house)
    await quiet(house)

    assert told_in(await in_the_database(house)) == []
    assert told_in(in_slack(house)) == []
    assert house.slack.workspace.files == {}
    (call,) = await noted(house)
    assert (call.status, call.asked_by, call.erased_at is None) == (Status.COMPLETED, ANA, False)
    assert call.outcome
    assert (call.outcome.duration, call.record and call.record.sentiment) == (42, "positive")
    (card,) = house.cards(PRIVATE)
    assert "Erased call" in text_of(card)
    assert [block["elements"][0]["action_id"] for block in card.blocks[-1:]] == ["details"]
    (told,) = replies(house, PRIVATE)
    assert told.startswith(
        ":white_check_mark: •••• was reached. The call lasted 42 s. :wastebasket:"
    )
    (report,) = house.slack.workspace.messages(admin(house).direct.id)
    assert all(one in report.words for one in (id_, str(before.contact_id), before.record.id))
    assert "1234 is erased" in report.words
    assert "Slack are rewritten and their files deleted" in view.words
    async with database_of(house) as database, database.read() as connection:
        audit = (
            await connection.execute(
                select(tables.audit).where(tables.audit.c.action == "forgotten")
            )
        ).one()
    assert (audit.action, audit.by, audit.number) == ("forgotten", ADMIN, "•••• 1234")


async def test_a_call_that_waits_is_cancelled_and_one_under_way_is_erased_at_its_end(
    house: House,
) -> None:
    live = await house.placed()
    await house.card("Calling")
    await scheduled(house, now() + timedelta(days=1), number=NUMBER, name="Marie Roy")
    await house.card("Scheduled")
    view = await forgotten(house)
    assert "Still under way: 1" in view.words
    await house.card("Cancelled")
    await quiet_but_for(house, 1)
    called, waited = await noted(house)
    assert (waited.status, waited.by, waited.number) == (Status.CANCELLED, ADMIN, "")
    assert (called.status, called.number, called.erased_at) == (Status.CALLING, NUMBER, None)
    await house.allomia.end(live)
    await quiet_but_for(house, 0)
    await settled(house)
    assert told_in(await in_the_database(house)) == told_in(in_slack(house)) == []
    assert {card.blocks[0]["text"]["text"].partition("\n")[0] for card in house.cards()} == {
        "*Erased call*"
    }
    assert len(house.allomia.dialled()) == 1


async def quiet_but_for(house: House, many: int) -> None:
    """Wait until so many calls are not erased."""
    async with asyncio.timeout(30):
        while sum(call.erased_at is None for call in await noted(house)) != many:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_what_slack_does_not_take_is_tried_again_also_by_who_comes_after(
    closed_house: House,
) -> None:
    house = closed_house
    async with house.open():
        call = await house.placed()
        await house.card("Calling")
        await house.allomia.end(call)
        await house.reply("was reached")
        await quiet(house)
        house.slack.fail("chat.update", times=None, status=503)
        await erased_beside(house)
    assert told_in(await in_the_database(house)) == []
    assert told_in(in_slack(house)) == ["Marie"]
    house.slack.mend()
    async with house.open():
        await settled(house)
    assert told_in(in_slack(house)) == []


async def erased_beside(house: House) -> None:
    """Let what is known of a call be erased, as the rules will have it."""
    async with database_of(house) as database:
        board = Switchboard(database, settings_of(house.environ))
        await board.erasing.expire((await noted(house))[-1].reference)
        await board.close()


@sqlite_only
async def test_a_message_that_may_not_be_edited_any_more_is_deleted(house: House) -> None:
    call = await house.placed()
    await house.card("Calling")
    await house.allomia.end(call)
    await house.reply("was reached")
    await quiet(house)
    house.slack.fail("chat.update", times=2, error="edit_window_closed")
    house.slack.fail("chat.delete", error="is_archived")  # once: then it is tried again
    await erased_beside(house)
    await settled(house)
    assert told_in(in_slack(house)) == []
    (card,) = [message for message in house.slack.workspace.posted if not message.deleted]
    assert "Erased call" in text_of(card)


@sqlite_only
async def test_what_slack_refuses_for_seven_days_is_given_up(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await kept(house, [made(1, thread="1.000001", chain=Chain(following="C-00002"))])
    house.slack.fail("conversations.replies", error="missing_scope", times=None)
    await erased_beside(house)
    await quiet(house)  # the message of attempts is the newest one's to write over
    await kept(house, [made(2, thread="1.000001", replied=Place(channel="C1", ts="2.000001"))])
    house.slack.fail("chat.update", error="is_inactive", times=None)
    house.slack.fail("chat.delete", error="channel_not_found", times=None)
    await erased_beside(house)
    await until(lambda: "tried again" in caplog.text)
    await aged(house, timedelta(days=8))
    await settled(house)
    assert "Slack has not let an erased call's messages be erased" in caplog.text


@sqlite_only
@with_log
async def test_what_nobody_lived_to_note_is_found_in_the_thread(house: House) -> None:
    house.slack.fail("files.completeUploadExternal", lose_reply=True)
    await ended(house)
    (call,) = await noted(house)
    assert call.quoted is None
    assert call.thread
    before = len(replies(house, PRIVATE))
    client = AsyncWebClient(house.slack.bot_token, house.slack.url)
    for status in (Status.UNKNOWN, Status.COMPLETED):  # an earlier state, and the outcome again
        said = reply.render(call.having(status=status), Text("en"))
        await Messages(client).post(said, PRIVATE, call.thread)
    await erased_beside(house)
    await settled(house)
    assert (told_in(in_slack(house)), house.slack.workspace.files) == ([], {})
    assert before == len(replies(house, PRIVATE)) == 2
    assert {told.partition(".")[0] for told in replies(house, PRIVATE)} == {
        ":white_check_mark: •••• was reached"
    }


@sqlite_only
async def test_a_round_that_fails_is_gone_again(
    closed_house: House, caplog: pytest.LogCaptureFixture
) -> None:
    board = Switchboard(
        Database(closed_house.environ["DATABASE_URL"]), settings_of(closed_house.environ)
    )
    await board.database.close()
    for broken in (board, cast("Switchboard", None)):
        caplog.clear()
        retention = Retention(broken)
        await retention.close()
        retention.start()
        await until(lambda: "What is kept too long was not erased" in caplog.text)
        await retention.close()


async def test_a_call_is_erased_once_its_time_is_over(house: House) -> None:
    await decided(house, retention_days=30)
    over, fresh = timedelta(days=31), timedelta(days=29)
    at = now()
    await kept(
        house,
        [
            made(1, number=NUMBER, name="Marie", ended_at=at - over),
            made(2, Status.UNKNOWN, ended_at=at - over),
            made(3, ended_at=at - fresh),
            made(4, Status.CALLING, ended_at=at - over),  # it goes on after all
        ],
    )
    async with database_of(house) as database:
        board = Switchboard(database, settings_of(house.environ))
        await Retention(board, between=0).round()
        await board.close()
    await quiet(house)
    assert [bool(call.erased_at) for call in await noted(house)] == [True, True, False, False]
    names = [call.name for call in await noted(house)]
    assert names == ["", "", "Marie Tremblay", "Marie Tremblay"]


@sqlite_only
async def test_the_app_goes_round_by_itself_when_it_starts(closed_house: House) -> None:
    house = closed_house
    await kept(house, [made(1, ended_at=now() - timedelta(days=91))])
    async with house.open():
        await quiet_but_for(house, 0)
        await quiet(house)


@pytest.mark.windows
async def test_only_an_administrator_forgets_once_and_a_known_number(house: House) -> None:
    await house.ana.command(f"forget {NUMBER}", FRONT_DESK)
    await seeing(house, house.ana, "Only administrators may do this")
    await asked(house, "", "Which number?")
    await asked(house, "123", "Which number?")
    await asked(house, NUMBER, "I know nothing of +1 514-555-1234")
    await kept(house, [made(1, number=NUMBER, ended_at=now())])
    house.slack.fail("chat.postMessage", error="channel_not_found", times=1)
    await forgotten(house, "nothing was erased")
    async with database_of(house) as database, database.write() as connection:
        await do_not_call.add(connection, TEAM, [listed()])
    view = await asked(house)
    async with database_of(house) as database, database.write() as connection:
        await connection.execute(tables.drafts.delete())  # as a day does
    await admin(house).press(view, "forget_erase")
    await seeing(house, admin(house), "used already")
    view = await asked(house)
    assert "Calls: 1, of them under way: 0. Forms and favourites: 0." in view.words
    assert "stays on the do-not-call list, without the reason" in view.words
    await admin(house).press(view, "forget_erase")
    await seeing(house, admin(house), "1234 is erased")
    async with database_of(house) as database, database.read() as connection:
        entry = (await connection.execute(select(tables.do_not_call))).one()
    assert (entry.number, entry.reason, entry.removed_at) == (NUMBER, "", None)

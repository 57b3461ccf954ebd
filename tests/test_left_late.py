"""What must be posted once leaves before the lease's end, or not at all."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from app import opened_log, slack_client
from calls import store
from calls.agenda import Kind
from calls.clock import now
from calls.erased import settled
from calls.jobs import Job
from calls.model import Call
from calls.people import People
from calls.place import Place
from calls.status import Status
from calls.transcripts import Transcripts
from examples import RECORD, outcome
from examples import call as example
from handlers.besides import Besides
from handlers.client import Client, session
from handlers.delivery import Later
from handlers.desk import Desk, furnished
from handlers.messages import Messages
from handlers.quote import Quote
from handlers.thread import Thread
from house import House, settings_of
from sandbox.allomia import ORGANIZATION_ID
from sandbox.allomia_log import TRANSCRIPT, Written
from sandbox.workspace import ANA, FRONT_DESK, Face
from switch import opened, sqlite_only
from views.message import Message

SHORTLY = 0.3  # seconds
WRITTEN_LATER = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="a connection that is there is written to at once"
)
TOLD = Message(text="told", blocks=[])
QUEUED = example(channel=FRONT_DESK, placed_at=now(), due_at=now() + timedelta(hours=1))
ENDED = QUEUED.having(status=Status.COMPLETED, outcome=outcome(Status.COMPLETED), asked_by=ANA)


def job(kind: Kind, deadline: float) -> Job:
    """Return a job that is run for the first time."""
    wanted = {"id": 1, "call": QUEUED.reference, "kind": kind, "wanted_at": now()}
    return Job(**wanted, tries=1, failures=0, lease="w", deadline=deadline)


def stand_still(until: float) -> None:
    """Do nothing at all, as a process that is frozen, until an instant of the monotonic clock."""
    while (left := until - time.monotonic()) > 0:
        time.sleep(left)


@pytest.fixture
async def desk(closed_house: House) -> AsyncIterator[Desk]:
    """Give what the jobs' coroutines work with, as the app has it."""
    settings = settings_of(closed_house.environ | {"ALLOMIA_ORGANIZATION_ID": ORGANIZATION_ID})
    async with AsyncExitStack() as stack:
        board = await stack.enter_async_context(opened(settings.database_url))
        client = slack_client(settings, await stack.enter_async_context(session()))
        made = furnished(
            board,
            People(board.database, "en"),
            client,
            settings,
            call_log=await opened_log(settings, stack),
            transcripts=await stack.enter_async_context(Transcripts(settings.allomia_api_url)),
        )
        yield made
        await made.close()


@pytest.fixture
def thread(desk: Desk) -> Thread:
    """Give the coroutines of a call's message and of its reply."""
    workspaces = desk.switchboard.workspaces
    repeating = desk.switchboard.repeating
    return Thread(desk.messages, desk.conversations, workspaces, desk.settings, repeating)


@sqlite_only
@pytest.mark.parametrize("kept", [False, pytest.param(True, marks=WRITTEN_LATER)])
async def test_who_stood_still_between_asking_for_a_connection_and_writing_posts_nothing(
    closed_house: House, desk: Desk, thread: Thread, *, kept: bool
) -> None:
    if kept:
        await desk.client.auth_test()  # leaves a connection, over which the headers are made ready
    deadline = time.monotonic() + SHORTLY
    posting = asyncio.create_task(thread.reply(job(Kind.REPLY, deadline), ENDED))
    await asyncio.sleep(0)  # it has asked, and waits
    stand_still(deadline)
    result = await posting
    assert closed_house.slack.said("chat.postMessage") == []
    assert (result.failed, result.doubtful, result.again(ENDED) is None) == (True, False, False)


@sqlite_only
@pytest.mark.parametrize(
    ("kind", "call"),
    [
        ("open", QUEUED),
        ("reply", ENDED),
        ("reply", ENDED.having(thread="1.1")),
    ],
    ids=["card", "direct", "thread"],
)
async def test_who_is_late_posts_nothing_and_another_one_does(
    closed_house: House, thread: Thread, kind: str, call: Call
) -> None:
    slack, run = closed_house.slack, getattr(thread, kind)
    late = await run(job(Kind(kind), time.monotonic()), call)
    assert (slack.said("chat.postMessage"), late.failed, late.doubtful) == ([], True, False)
    taken_over = await run(job(Kind(kind), time.monotonic() + 60), call)
    assert (len(slack.said("chat.postMessage")), taken_over.failed) == (1, False)


@sqlite_only
async def test_who_is_late_whispers_nothing(closed_house: House, thread: Thread) -> None:
    slack = closed_house.slack
    url = slack.workspace.tickets.response_url(FRONT_DESK, ANA)
    result = await thread.reply(job(Kind.REPLY, time.monotonic()), ENDED.having(response_url=url))
    assert (slack.log, result.failed, result.doubtful) == ([], True, False)


@sqlite_only
@pytest.mark.parametrize(
    ("said", "method"),
    [(TRANSCRIPT, "chat.postMessage"), ("User: a\n" * 900, "files.completeUploadExternal")],
    ids=["message", "file"],
)
async def test_who_is_late_does_not_quote_what_was_said_and_another_one_does(
    closed_house: House, desk: Desk, said: str, method: str
) -> None:
    slack, record = closed_house.slack, RECORD.model_dump(mode="json")
    closed_house.allomia.call_log.records.append(Written(record, 0, said))
    slack.workspace.post(FRONT_DESK, Face("card", [], None))
    (card,) = closed_house.cards()
    call = ENDED.having(thread=card.ts, record=RECORD, announced=ENDED.status)
    late = await Quote(desk)(job(Kind.QUOTE, time.monotonic()), call)
    assert (slack.said(method), late.failed, late.doubtful) == ([], True, False)
    taken_over = await Quote(desk)(job(Kind.QUOTE, time.monotonic() + 60), call)
    assert (len(slack.said(method)), bool(taken_over.change(call).quoted)) == (1, True)


@sqlite_only
async def test_what_was_said_is_not_quoted_of_a_call_that_was_erased_meanwhile(
    closed_house: House, desk: Desk
) -> None:
    record = Written(RECORD.model_dump(mode="json"), 0, TRANSCRIPT)
    closed_house.allomia.call_log.records.append(record)
    closed_house.slack.workspace.post(FRONT_DESK, Face("card", [], None))
    (card,) = closed_house.cards()
    call = ENDED.having(thread=card.ts, record=RECORD, announced=ENDED.status)
    async with desk.switchboard.database.write() as connection:
        assert await store.add(connection, settled(call.having(to_erase=True), now()))
    await Quote(desk)(job(Kind.QUOTE, time.monotonic() + 60), call)
    assert closed_house.slack.said("chat.postMessage") == []


@sqlite_only
async def test_what_somebody_was_told_before_the_call_was_erased_is_found_and_written_over(
    closed_house: House, desk: Desk
) -> None:
    place = Place(channel=FRONT_DESK, ts="2.2", direct=ANA)
    call = ENDED.having(thread="1.1", announced=ENDED.status, replied=place)
    running = job(Kind.BESIDES, time.monotonic() + 60)
    lived = (await Besides(desk)(running, call)).change(call).besides  # and was not noted
    erased = settled(call.having(to_erase=True), now())
    found = (await Besides(desk)(running.having(tries=2), erased)).change(erased)
    assert (found.besides, lived is not None) == (lived, True)
    posted = len(closed_house.slack.said("chat.postMessage"))
    unposted = (await Besides(desk)(running, erased)).change(erased)
    assert (unposted.besides, posted) == (None, 1)


@sqlite_only
async def test_that_a_quote_may_stand_there_is_kept_in_mind_while_allomia_is_away(
    closed_house: House, desk: Desk
) -> None:
    closed_house.slack.workspace.post(FRONT_DESK, Face("card", [], None))
    (card,) = closed_house.cards()
    call = ENDED.having(thread=card.ts, record=RECORD, announced=ENDED.status)
    running = job(Kind.QUOTE, time.monotonic() + 60)
    told = [await Quote(desk)(running.having(tries=tries), call) for tries in (1, 2)]
    assert [one.doubtful for one in told] == [False, True]
    assert closed_house.slack.said("chat.postMessage") == []


@sqlite_only
async def test_what_was_said_waits_for_the_outcome_and_does_not_ask_for_it_without_end(
    desk: Desk,
) -> None:
    untold = ENDED.having(thread="1.1", record=RECORD, announced=None)
    waits = await Quote(desk)(job(Kind.QUOTE, time.monotonic() + 60), untold)
    assert waits.again(untold) is None  # whoever tells the outcome wants it
    assert waits.again(untold.having(announced=ENDED.status)) is not None


def test_of_two_messages_of_a_call_the_one_that_was_known_first_stays_its_own() -> None:
    opened = QUEUED.opened("C1", "1.1")
    assert (opened.channel, opened.thread) == ("C1", "1.1")
    assert opened.opened("C1", "2.2") == opened


async def test_not_a_byte_of_what_is_late_leaves_and_its_connection_is_closed() -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.put_nowait(await reader.read())  # all, until it is closed
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server, session() as shared:
        messages = Messages(Client("xoxb-1", url, session=shared, retry_handlers=[]))
        deadline = time.monotonic() + SHORTLY
        posting = asyncio.create_task(messages.post(TOLD, "C1", deadline=deadline))
        await asyncio.sleep(0)
        stand_still(deadline)
        with pytest.raises(Later) as fault:
            await posting
        assert (await heard.get(), fault.value.stored) == (b"", False)

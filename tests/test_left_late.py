"""What must be posted once leaves before the lease's end, or not at all."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from calls.agenda import Kind
from calls.clock import now
from calls.jobs import Job
from calls.model import Call, Status
from calls.workspaces import Workspaces
from examples import call as example
from examples import outcome
from flow import database_of
from handlers.client import Client, session
from handlers.conversations import Conversations
from handlers.delivery import Later
from handlers.messages import Messages
from handlers.thread import Thread
from house import House, settings_of
from sandbox.workspace import ANA, FRONT_DESK
from switch import sqlite_only
from views.message import Message

SHORTLY = 0.3  # seconds
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
async def thread(closed_house: House) -> AsyncIterator[Thread]:
    """Give the jobs' coroutines with the session that the app has."""
    slack, settings = closed_house.slack, settings_of(closed_house.environ)
    async with session() as shared, database_of(closed_house) as database:
        client = Client(slack.bot_token, slack.url, session=shared, retry_handlers=[])
        messages = Messages(client)
        conversations = Conversations(client, messages.delivery)
        yield Thread(messages, conversations, Workspaces(database), settings)
        await conversations.close()


@sqlite_only
async def test_who_stood_still_between_asking_for_a_connection_and_writing_posts_nothing(
    closed_house: House, thread: Thread
) -> None:
    deadline = time.monotonic() + SHORTLY
    posting = asyncio.create_task(thread.reply(job(Kind.REPLY, deadline), ENDED))
    await asyncio.sleep(0)  # it has asked, and waits
    stand_still(deadline)
    result = await posting
    assert closed_house.slack.log == []
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
async def test_a_file_that_is_late_is_not_shared(closed_house: House) -> None:
    slack = closed_house.slack
    async with session() as shared:
        messages = Messages(Client(slack.bot_token, slack.url, session=shared, retry_handlers=[]))
        with pytest.raises(Later) as fault:
            await messages.share("a.txt", "said", TOLD, FRONT_DESK, "1.1", deadline=0)
    said = slack.said("files.completeUploadExternal")
    assert (said, fault.value.stored) == ([], False)


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

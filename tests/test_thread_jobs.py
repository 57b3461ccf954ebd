"""The jobs of a call's thread, alone: when they are given up, doubted, or not done at all."""

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from calls import policy, store
from calls.agenda import Kind
from calls.clock import now
from calls.jobs import Job
from calls.model import Call
from calls.place import Place
from calls.status import Status
from calls.switchboard import Switchboard
from examples import FIRST, RECORD, attempt, outcome
from examples import call as example
from flow import database_of
from handlers.client import DEAD_TOKEN, retry_after
from handlers.conversations import Conversations
from handlers.messages import Messages
from handlers.thread import Thread
from house import House, settings_of
from sandbox.blocks import JSON
from sandbox.workspace import ANA, FRONT_DESK
from switch import sqlite_only

LONG_AGO = now() - timedelta(days=7)
ENDED = example(Status.COMPLETED, outcome=outcome(Status.COMPLETED), thread="1.1")
JOB = Job(
    id=1,
    call=ENDED.reference,
    kind=Kind.REPLY,
    wanted_at=LONG_AGO,
    tries=1,
    failures=9,
    lease="w",
    deadline=time.monotonic() + 600,
)


@pytest.fixture
async def thread(closed_house: House) -> AsyncIterator[Thread]:
    """Give the jobs' coroutines alone, with a client that is soon out of patience."""
    slack, settings = closed_house.slack, settings_of(closed_house.environ)
    patience = aiohttp.ClientTimeout(total=0.3)
    async with aiohttp.ClientSession(timeout=patience) as session:
        client = AsyncWebClient(slack.bot_token, slack.url, session=session, retry_handlers=[])
        messages = Messages(client)
        conversations = Conversations(client, messages.delivery)
        async with database_of(closed_house) as database:
            board = Switchboard(database, settings)
            yield Thread(messages, conversations, board.workspaces, settings, board.repeating)
        await conversations.close()


@sqlite_only
async def test_a_reply_is_given_up_after_seven_days_but_not_while_the_token_is_dead(
    closed_house: House, thread: Thread
) -> None:
    closed_house.slack.fail("chat.postMessage", status=503, times=2)
    closed_house.slack.fail("chat.postMessage", error="token_revoked")
    given_up = await thread.reply(JOB, ENDED)
    younger = await thread.reply(JOB.having(wanted_at=now() - timedelta(days=6)), ENDED)
    parked = await thread.reply(JOB, ENDED)
    ends = [result.again(ENDED) is None for result in (given_up, younger, parked)]
    assert ends == [True, False, False]


@sqlite_only
@pytest.mark.parametrize("word", sorted(DEAD_TOKEN))
async def test_no_outcome_is_given_up_because_of_a_token_that_does_not_work(
    closed_house: House, thread: Thread, word: str
) -> None:
    closed_house.slack.fail("*", error=word, times=None)
    result = await thread.reply(JOB, ENDED)
    assert (result.change(ENDED), result.again(ENDED) is None) == (ENDED, False)


@sqlite_only
async def test_a_look_that_slack_never_answers_does_not_keep_a_call_open_for_ever(
    closed_house: House, thread: Thread
) -> None:
    closed_house.slack.fail("conversations.history", status=503, times=None)
    job = JOB.having(kind=Kind.OPEN, tries=2)  # an earlier run may have posted
    waiting = example(placed_at=LONG_AGO, due_at=LONG_AGO)
    younger = await thread.open(job.having(wanted_at=now() - timedelta(days=6)), waiting)
    given_up = await thread.open(job, waiting)
    assert (younger.change(waiting), younger.again(waiting) is None) == (waiting, False)
    assert given_up.change(waiting) == policy.expired(waiting)
    assert given_up.again(waiting) is None


@sqlite_only
async def test_what_is_given_up_leaves_the_call_untold_and_a_newer_state_to_be_told(
    closed_house: House, thread: Thread
) -> None:
    closed_house.slack.fail("chat.postMessage", error="user_not_found", times=None)
    unknown = ENDED.having(status=Status.UNKNOWN, outcome=None)
    result = await thread.reply(JOB.having(wanted_at=now()), unknown)
    assert (result.change(unknown), result.again(unknown)) == (unknown, None)
    assert result.again(ENDED) is not None


@sqlite_only
async def test_no_wish_of_slack_s_holds_a_conversation_for_more_than_an_hour(
    closed_house: House,
) -> None:
    closed_house.slack.fail("chat.postMessage", retry_after=99_999)
    client = AsyncWebClient(closed_house.slack.bot_token, closed_house.slack.url)
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C1", text="told")
    assert retry_after(refused.value) == 3600


@sqlite_only
async def test_a_message_that_slack_does_not_answer_for_may_have_been_stored(
    closed_house: House, thread: Thread
) -> None:
    closed_house.slack.fail("chat.postMessage", hang=True)
    result = await thread.reply(JOB.having(wanted_at=now(), failures=2), ENDED)
    due = result.again(ENDED)
    assert due is not None
    assert timedelta(seconds=3) < due - now() < timedelta(seconds=5)
    assert (result.failed, result.doubtful, result.change(ENDED)) == (True, True, ENDED)


@sqlite_only
async def test_nobody_there_has_stored_nothing(closed_house: House, thread: Thread) -> None:
    await closed_house.slack.stop()
    result = await thread.open(JOB.having(kind=Kind.OPEN), example(placed_at=now(), due_at=now()))
    assert (result.failed, result.doubtful) == (True, False)
    result = await thread.draw(JOB.having(wanted_at=now()), ENDED)
    assert (result.failed, result.doubtful) == (True, False)


@sqlite_only
@pytest.mark.parametrize(
    ("job", "call"),
    [
        ("open", example(Status.CANCELLED)),
        ("open", example(thread="1.1")),
        ("draw", example()),
        ("reply", example()),
        ("reply", ENDED.having(announced=Status.COMPLETED)),
    ],
)
async def test_what_is_no_longer_needed_is_not_done(
    closed_house: House, thread: Thread, job: str, call: Call
) -> None:
    result = await getattr(thread, job)(JOB, call)
    assert (result.again(call), result.change(call), closed_house.slack.log) == (None, call, [])


@sqlite_only
async def test_an_outcome_that_came_while_there_was_none_to_tell_is_told_after_all(
    thread: Thread,
) -> None:
    result = await thread.reply(JOB, ENDED.having(status=Status.CALLING, outcome=None))
    assert result.again(ENDED) is not None
    assert result.again(ENDED.having(announced=Status.COMPLETED)) is None


@sqlite_only
async def test_who_was_slow_to_tell_does_not_have_a_later_outcome_told_twice(
    thread: Thread,
) -> None:
    ended = ENDED.having(asked_by=ANA, thread=None)
    unknown = ended.having(status=Status.UNKNOWN, outcome=None)
    result = await thread.reply(JOB.having(wanted_at=now()), unknown)
    told = ended.having(announced=Status.COMPLETED)  # by who took over
    assert result.change(told) == told
    assert result.again(told) is None


DETAILED = ENDED.having(
    record=RECORD,
    announced=ENDED.status,
    replied=Place(channel=ENDED.channel, ts="2.2"),
)


@sqlite_only
async def test_a_reply_that_cannot_be_completed_now_is_tried_again_and_left_if_never(
    closed_house: House, thread: Thread
) -> None:
    job = JOB.having(kind=Kind.AMEND, wanted_at=now())
    closed_house.slack.fail("chat.update", status=503)
    later = await thread.amend(job, DETAILED)
    never = await thread.amend(job, DETAILED)  # it was never posted
    assert (later.again(DETAILED) is None, later.failed) == (False, True)
    assert never.again(DETAILED) is None
    for told in (DETAILED.having(replied=None), DETAILED.having(announced=None)):
        assert (await thread.amend(job, told)).again(told) is None


@sqlite_only
async def test_an_older_attempts_message_shows_the_newest_and_is_drawn_anew_if_that_moves(
    closed_house: House, thread: Thread
) -> None:
    opening = JOB.having(kind=Kind.OPEN, wanted_at=now())
    first = example(placed_at=now(), due_at=now(), channel=FRONT_DESK)
    opened = (await thread.open(opening, first)).change(first)
    old = opened.having(status=Status.BUSY).followed_by("C-33333")
    own = opened.model_dump(include={"channel", "thread"}) | {"hour": now(), "placed_at": now()}
    own |= {"reference": "C-33333", "gesture": "again"}
    async with database_of(closed_house) as database, database.write() as connection:
        await store.add(connection, attempt(Status.QUEUED, FIRST, **own))
    drawn = await thread.draw(JOB, old)
    (card,) = closed_house.cards()
    assert ("Attempt 2 of 3, next at" in card.words, drawn.again(old)) == (True, None)

    def overtaken(reached: str, method: str, _asked: JSON) -> None:
        if (reached, method) == ("stored", "chat.update"):
            file = closed_house.environ["DATABASE_URL"].removeprefix("sqlite:///")
            with closing(sqlite3.connect(file)) as writer, writer:
                writer.execute("UPDATE calls SET status = 'dialling'")

    closed_house.slack.on_request = overtaken
    late = await thread.draw(JOB, old)
    assert late.again(old) is not None

"""The jobs of a call's thread, alone: when they are given up, doubted, or not done at all."""

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from calls.agenda import Kind
from calls.clock import now
from calls.jobs import Job
from calls.model import Call, Status
from examples import call as example
from examples import outcome
from handlers.messages import Messages
from handlers.thread import Thread
from house import House, settings_of
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
    deadline=0,
)


@pytest.fixture
async def thread(closed_house: House) -> AsyncIterator[Thread]:
    """Give the jobs' coroutines alone, with a client that is soon out of patience."""
    slack, settings = closed_house.slack, settings_of(closed_house.environ)
    patience = aiohttp.ClientTimeout(total=0.3)
    async with aiohttp.ClientSession(timeout=patience) as session:
        client = AsyncWebClient(slack.bot_token, slack.url, session=session, retry_handlers=[])
        yield Thread(Messages(client), settings)


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

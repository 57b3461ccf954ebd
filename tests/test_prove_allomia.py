"""AlloMia misbehaves with many calls at once: nobody is dialled twice, each comes to one end."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import Any, NamedTuple

from calls.agenda import Kind
from calls.status import Status
from calls.tables import jobs
from flow import looked, noted, place_many, posted, quiet, replies, until_jobs
from house import House
from prove import sized
from sandbox.allomia import DOCUMENTED_ERRORS, Stage
from sandbox.allomia_bell import Ring
from sandbox.allomia_calls import PlacedCall
from sandbox.allomia_faults import Answer
from switch import everywhere, sqlite_only

REACHED = ":white_check_mark: Marie was reached. The call lasted 42 s. The person called hung up."
LOST = (
    ":warning: What became of the call to Marie is not known. AlloMia was asked to dial and did "
    "not answer, so the call may have gone out. I never dial again by myself: ask the person "
    "called, or call again."
)
LONG = 300  # seconds in which it must have come right, on the slowest machine
PATIENT = {"DIAL_WITHIN": "3000", "GIVE_UP_AFTER": "3000"}
FAILING_TO_DIAL = (jobs.c.kind == Kind.DIAL, jobs.c.failures > 0)
FAILING_TO_ASK = (jobs.c.kind == Kind.CHECK, jobs.c.failures > 0)
SENDERS = 50
NOT_NOTED = ([503], [0])  # or nothing was answered
FEW = 0.05  # of all
SILENT = {"POLL_FIRST": "60", "POLL_MAX": "60"}  # nothing is learnt but by the bell


def numbers(house: House) -> Counter[str]:
    """Tell how often each telephone rang."""
    return Counter(call.number for call in house.allomia.dialled())


def nearly_all_noted(answers: Counter[int]) -> bool:
    """Tell whether callbacks were noted, but for a few that were told they were not."""
    return answers.keys() <= {204, 503} and answers[503] <= answers.total() * FEW


async def test_through_an_outage_calls_that_wait_are_dialled_once_and_others_find_their_end(
    closed_house: House,
) -> None:
    waiting, under_way, seconds = sized(8, 50), sized(4, 20), sized(2, 30)
    begun = under_way + sized(2, 10)
    many = waiting + begun
    async with closed_house.open(**PATIENT) as house:
        await place_many(house, under_way)
        await until_jobs(house, under_way, LONG, jobs.c.kind == Kind.CHECK)
        cut_off = await cut_off_in_their_request(house, begun - under_way, first=under_way)
        began = house.slack.traffic.now()
        for n, call in enumerate(house.allomia.dialled()[:under_way]):
            rings = n % 2  # in vain, or not at all
            assert await house.allomia.end(call.outbound_call_id, ring=rings) == [204] * rings
        house.allomia.plan(after=0.2)
        await place_many(house, waiting, first=begun)
        await until_jobs(house, waiting, LONG, *FAILING_TO_DIAL)
        await until_jobs(house, under_way, LONG, *FAILING_TO_ASK)
        await asyncio.sleep(max(0, began + seconds - house.slack.traffic.now()))
        assert replies(house) == [LOST] * len(cut_off)
        await house.allomia.start()
        for call in cut_off:
            assert await house.allomia.end(call.outbound_call_id) == [204]
        await house.allomia.until(lambda: replies(house).count(REACHED) == many, LONG)
        await quiet(house)
    assert (posted(house), set(numbers(house).values()), len(numbers(house))) == (many, {1}, many)
    assert Counter(replies(house)) == {REACHED: many, LOST: len(cut_off)}


async def cut_off_in_their_request(house: House, many: int, first: int) -> list[PlacedCall]:
    """Let AlloMia go away when it has placed some calls and not said so; return those."""
    house.allomia.answer_create(hang=True, place=True, times=many)
    await place_many(house, many, first=first)
    await house.allomia.until(lambda: len(house.allomia.dialled()) == first + many, LONG)
    await house.allomia.stop()
    await house.slack.until(lambda: replies(house) == [LOST] * many, LONG)
    return house.allomia.dialled()[first:]


@sqlite_only
async def test_calls_that_allomia_puts_off_again_and_again_are_dialled_once_each(
    closed_house: House,
) -> None:
    many, times = sized(5, 50), sized(10, 150)
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=sized(2, 20)), usegmt=True)
    wishes = itertools.cycle([{}, {"Retry-After": "1"}, {"Retry-After": date}, {"Retry-After": ""}])
    async with closed_house.open(**PATIENT) as house:
        house.allomia.plan(after=0.2)
        for _ in range(times):
            house.allomia.next_create("429", headers=next(wishes))
        await place_many(house, many)
        await house.allomia.until(lambda: len(replies(house)) == many, LONG)
        await quiet(house)
    assert (posted(house), set(numbers(house).values())) == (many + times, {1})


@sqlite_only
async def test_every_way_to_answer_a_dial_side_by_side_dials_nobody_twice(
    closed_house: House,
) -> None:
    rounds = sized(1, 6)
    placing = [name for name, answer in DOCUMENTED_ERRORS.items() if answer.get("place")]
    rung = rounds * len([*placing, "429"])  # which is dialled in the end
    doubtful = rounds * len([*placing, "500"])
    refused = rounds * len(["400", "401", "403", "404", "422"])
    async with closed_house.open(**PATIENT, ALLOMIA_TIMEOUT="1") as house:
        for name in [*DOCUMENTED_ERRORS] * rounds:
            house.allomia.next_create(name)
        await place_many(house, rounds * len(DOCUMENTED_ERRORS))
        await house.allomia.until(lambda: len(replies(house)) == refused + doubtful, LONG)
        await house.allomia.until(lambda: len(house.allomia.dialled()) == rung, LONG)
        for call in house.allomia.dialled():
            await house.allomia.end(call.outbound_call_id)
        await quiet(house, LONG)
    found = Counter(call.status for call in await noted(house))
    ends = {Status.REFUSED: refused, Status.COMPLETED: rung, Status.UNKNOWN: rounds}
    assert (found, len(replies(house))) == (ends, refused + doubtful + rung)
    assert posted(house) == rounds * len([*DOCUMENTED_ERRORS, "429 once more"])
    assert (len(numbers(house)), set(numbers(house).values())) == (rung, {1})


@sqlite_only
async def test_headers_that_come_slowly_and_in_time_are_waited_for(house: House) -> None:
    house.allomia.answer_create(trickle=0.8)
    house.allomia.answer_status(trickle=0.8)
    call = await house.placed()
    house.allomia.calls[call].end("completed")
    await house.reply(REACHED)
    assert (posted(house), looked(house)) == (1, [200])


class Script(NamedTuple):
    """What is told of a call, one answer after the other, and what must become of it."""

    end: Status
    answers: list[Answer]
    for_ever: Answer | None = None


def scripts(told: Callable[..., dict[str, Any]]) -> list[Script]:
    """Return everything odd that may be told of a call."""
    words: list[Answer] = [
        {"json": {"status": word}} for word in ("queued", "in-progress", "voicemail", "CALLING")
    ]
    ended: Answer = {"json": told(status="completed", callDetails={"duration": 5})}
    strange = told(status="voicemail-left", callDetails={"duration": 5})
    return [
        Script(Status.COMPLETED, [*words, ended], {"json": told(status="calling")}),
        Script(Status.COMPLETED, [ended], {"json": told(status="failed")}),
        Script(Status.ENDED, [{"json": strange}], {"json": told(status="busy")}),
        Script(Status.BUSY, words),
        Script(Status.BUSY, [{"trickle": 30}, {"json": [[]]}]),
        Script(Status.BUSY, [{"drop": True}, {"truncate": True}]),
        Script(Status.UNKNOWN, [], {"json": told(status="calling")}),
        Script(Status.UNKNOWN, [], {"json": {"status": "ringing"}}),
        Script(Status.UNKNOWN, [], {"status": 404}),
    ]


@everywhere
async def test_whatever_is_told_of_calls_each_is_announced_once(closed_house: House) -> None:
    kinds, rounds = len(scripts(dict)), sized(1, 8)
    expected: Counter[Status] = Counter()

    def tells_oddly(stage: Stage, call: PlacedCall | None) -> None:
        if stage != "stored" or call is None:
            return
        script = scripts(call.told)[int(call.number[-4:]) % kinds]
        for answer in script.answers:
            closed_house.allomia.answer_status(call.outbound_call_id, **answer)
        if script.for_ever:
            closed_house.allomia.answer_status(call.outbound_call_id, times=None, **script.for_ever)
        elif script.end is Status.BUSY:
            call.end("busy")
        expected[script.end] += 1

    closed_house.allomia.on_create = tells_oddly
    limits = {"GIVE_UP_AFTER": str(sized(20, 120)), "ALLOMIA_TIMEOUT": "1", "POLL_MAX": "4"}
    async with closed_house.open(**(PATIENT | limits)) as house:
        await place_many(house, kinds * rounds)
        await house.allomia.until(lambda: len(replies(house)) == kinds * rounds, LONG)
        await quiet(house)
        said = replies(house)
        rings = [house.allomia.ring(call, times=3) for call in house.allomia.calls]
        assert nearly_all_noted(Counter(itertools.chain(*await asyncio.gather(*rings))))
        await quiet(house)
        assert (replies(house), posted(house)) == (said, kinds * rounds)
    assert Counter(call.status for call in await noted(house)) == expected


def bodies(call: PlacedCall, other: PlacedCall) -> list[tuple[int, Ring]]:
    """Return rings that tell nothing true, each with the answer that it deserves."""
    forged = call.told(status="failed", callDetails={"duration": 9})
    odd = [b"", b"{", b"<html>", b"\xff\xfe", b"NaN", b"[" * 30_000 + b"]" * 30_000, b" " * 65_536]
    raw: list[tuple[int, Ring]] = [(204, {"raw": one}) for one in odd]
    return [
        *raw,
        (204, {"body": forged}),
        (204, {"body": other.told(status="completed")}),
        (204, {"body": {"outboundCallId": {"a": [None]}, "status": 7}}),
        (413, {"raw": b"x" * 200_000}),
        (404, {"token": "forged"}),
    ]


async def senders(house: House, each: int) -> None:
    """Let fifty senders ring at once, each of them so often truthfully, and in odd ways between.

    Few are told that they were not noted, or nothing, since they are so many: those repeat it.
    """
    calls, in_vain, rings = house.allomia.dialled(), 0, 0

    async def sender(number: int) -> None:
        nonlocal in_vain, rings
        call, other = calls[number % len(calls)], calls[(number + 1) % len(calls)]
        the_same = Random(number)  # noqa: S311 - every time
        honest: list[tuple[int, Ring]] = [(204, {})] * each
        odd = the_same.sample(bodies(call, other), sized(2, 12))
        for status, how in the_same.sample(honest + odd, len(honest + odd)):
            rings += 1
            while (answered := await house.allomia.ring(call.outbound_call_id, **how)) in NOT_NOTED:
                in_vain += 1
                assert in_vain < SENDERS  # or they would repeat it for ever
            assert answered == [status]

    await asyncio.gather(*(sender(number) for number in range(SENDERS)))
    assert in_vain < rings * FEW


@everywhere
async def test_fifty_senders_that_ring_and_forge_at_once_announce_each_call_once(
    closed_house: House,
) -> None:
    many, each = sized(10, 50), sized(1, 20)
    async with closed_house.open(**PATIENT, **SILENT) as house:
        await place_many(house, many)
        await house.allomia.until(lambda: len(house.allomia.dialled()) == many, LONG)
        await senders(house, each)
        await until_jobs(house, many, LONG)  # the next look at each
        assert {call.status for call in await noted(house)} == {Status.CALLING}
        assert replies(house) == []
        for call in house.allomia.dialled():
            call.end("completed")
        await senders(house, each)
        await quiet(house, LONG)
    assert (replies(house), posted(house)) == ([REACHED] * many, many)


@sqlite_only
async def test_calls_that_ring_twenty_times_before_the_answer_is_there_are_announced_once(
    closed_house: House,
) -> None:
    many, all_placed = sized(5, 50), asyncio.Event()

    async def rings(stage: Stage, call: PlacedCall | None) -> None:
        if stage == "stored" and call:
            await all_placed.wait()
            await closed_house.allomia.end(call.outbound_call_id, ring=20)

    closed_house.allomia.on_create = rings
    async with closed_house.open(**PATIENT, **SILENT, ALLOMIA_TIMEOUT="60") as house:
        await place_many(house, many)
        all_placed.set()
        await house.allomia.until(lambda: len(replies(house)) == many, LONG)
        await quiet(house)
    answers = Counter(status for call in house.allomia.dialled() for status in call.rings)
    assert nearly_all_noted(answers), answers
    assert (replies(house), posted(house)) == ([REACHED] * many, many)

"""No more calls are on the line at once than the rules allow; the others go out in turn."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from calls import jobs, policy, store
from calls.agenda import Kind
from calls.allomia import AlloMia as Client
from calls.clock import now
from calls.dial import Dial
from calls.errors import Reason, Waits
from calls.jobs import Job
from calls.model import Call
from calls.rules import Rules
from calls.status import Status
from calls.switchboard import Switchboard
from examples import call
from flow import BETWEEN_LOOKS, hurried, noted, place, place_many, posted, quiet, replies
from governed import beside, decided, person
from house import House, text_of
from sandbox.allomia import AlloMia, Stage
from sandbox.allomia_calls import PlacedCall
from sandbox.workspace import FRONT_DESK
from switch import opened, sqlite_only, take

MANY, AT_ONCE = 6, 2
IN_LINE = "Waiting in line"
MOST = "Calls that may be on the line at once: 2."

LINE = Reason(key="waiting.in_line", values={"most": "1"})
JOB = Job(
    id=1,
    call="C-7K3QF",
    kind=Kind.DIAL,
    wanted_at=now(),
    tries=1,
    failures=0,
    lease="w",
    deadline=time.monotonic() + 600,
)


class Counted:
    """How many calls were on AlloMia's line whenever one was placed, and who they were."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.most = 0
        house.allomia.on_create = self

    async def __call__(self, stage: Stage, _call: PlacedCall | None) -> None:
        """Count."""
        if stage == "stored":
            live = [one for one in self._house.allomia.dialled() if one.status == "calling"]
            self.most = max(self.most, len(live))

    @property
    def numbers(self) -> list[str]:
        """The numbers in the order in which they were dialled."""
        return [one.number for one in self._house.allomia.dialled()]


async def test_the_rest_wait_in_line_say_so_and_go_out_in_turn(closed_house: House) -> None:
    house = closed_house
    counted = Counted(house)
    await decided(house, at_once=AT_ONCE)
    async with house.open(), beside(house) as second:
        anas = [person(house), person(house, url=second)]
        numbers = [f"+1514555{n:04}" for n in range(MANY)]
        for n, number in enumerate(numbers):
            await anas[n % 2].command(f"now {number} Marie", FRONT_DESK)
        await house.slack.until(lambda: len(waiting(house)) == MANY - AT_ONCE)
        for many in (*range(AT_ONCE + 1, MANY + 1), MANY, MANY):
            live = next(one for one in house.allomia.dialled() if one.status == "calling")
            await house.allomia.end(live.outbound_call_id)
            await dialled(house, many)
        await quiet(house)
    first, rest = counted.numbers[:AT_ONCE], counted.numbers[AT_ONCE:]
    assert (counted.most, sorted(counted.numbers)) == (AT_ONCE, numbers)
    assert rest == [number for number in numbers if number not in first]
    faces = [f.blocks for card in house.cards() for f in card.faces if IN_LINE in str(f.blocks)]
    assert len(faces) == MANY - AT_ONCE
    assert all(MOST in str(blocks) for blocks in faces)
    assert "Trying again until" not in str(faces)


async def dialled(house: House, many: int) -> None:
    """Wait until so many are dialled."""
    await house.allomia.until(lambda: len(house.allomia.dialled()) >= many)


async def test_many_that_are_dialled_in_one_breath_count_each_other(closed_house: House) -> None:
    house = closed_house
    house.allomia.plan(after=0.3)
    house.allomia.answer_create(times=None, delay=0.05)
    counted = Counted(house)
    async with house.open(ROLE="web"):
        await place_many(house, MANY)
    await decided(house, at_once=AT_ONCE)
    async with house.open(ROLE="all"), beside(house):
        await quiet(house)
    assert (counted.most, len(counted.numbers), len(replies(house))) == (AT_ONCE, MANY, MANY)


def waiting(house: House) -> list[str]:
    """Return the cards that say that they wait in line."""
    return [card.ts for card in house.cards() if IN_LINE in text_of(card)]


@sqlite_only
async def test_who_waits_in_line_waits_as_long_as_it_takes(closed_house: House) -> None:
    house = closed_house
    await decided(house, at_once=1)
    async with house.open(DIAL_WITHIN="1.5"):
        first = await house.placed("now +15145550001 Marie")
        await place(house, "now +15145550002 Marie")
        await house.card(IN_LINE)
        (_, before) = await noted(house)
        await still_due(house, before.due_at + timedelta(seconds=3))
        await house.allomia.end(first)
        await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)


async def still_due(house: House, after: datetime) -> None:
    """Wait until the second call's time runs only since some instant."""
    async with asyncio.timeout(30):
        while True:
            (_, waits) = await noted(house)
            if waits.due_at > after:
                return
            await asyncio.sleep(BETWEEN_LOOKS)


@sqlite_only
async def test_after_a_long_outage_who_waited_in_line_is_not_dialled(closed_house: House) -> None:
    house = closed_house
    await decided(house, at_once=1)
    async with house.open():
        await house.placed("now +15145550001 Marie")
        await place(house, "now +15145550002 Marie")
        await house.card(IN_LINE)
    async with house.open(DIAL_WITHIN="0.001"):
        await hurried(house, lambda: replies(house))
    assert posted(house) == 1
    told = (
        "It could not be dialled in time. If it is still wanted, call again. Calls that may be on"
    )
    assert any(told in one for one in replies(house))


@sqlite_only
async def test_the_line_is_open_again_once_the_rule_is_lifted(closed_house: House) -> None:
    house = closed_house
    await decided(house, at_once=1)
    async with house.open():
        await house.placed("now +15145550001 Marie")
        await place(house, "now +15145550002 Marie")
        await house.card(IN_LINE)
        await decided(house, at_once=None)
        await hurried(house, lambda: len(house.allomia.dialled()) == 2)


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Switchboard]:
    async with opened(database_url, dial_within=600) as found:
        await found.workspaces.change("T1", 0, lambda w: w.having(rules=Rules(at_once=1)), "U1")
        yield found


async def test_a_newcomer_stands_behind_those_in_line_and_before_those_wanted_later(
    board: Switchboard,
) -> None:
    for n, (hour, reason) in enumerate([(None, None), (30, LINE), (10, LINE), (20, LINE)]):
        made = call(reference=f"C-{n}", gesture=f"V{n}", reason=reason, thread="1.1")
        wanted = {"hour": made.placed_at + timedelta(seconds=hour)} if hour else {}
        async with board.database.write() as connection:
            await store.add(connection, made.having(**wanted))
            await jobs.want(connection, {(made.reference, Kind.DIAL): now() + timedelta(days=1)})
    found = {n: await board.call(f"C-{n}", "T1") for n in range(4)}
    ends = []
    for one in (found[1], found[3]):
        assert one
        with pytest.raises(Waits) as fault:
            await board.intend(one, None)
        ends.append(fault.value.reason)
    assert ends == [LINE, LINE]
    assert found[2]
    dialled = await board.intend(found[2], None)
    assert dialled
    assert dialled.status is Status.DIALLING
    await board.dialling.resume("T1", "U1")
    due = sorted(job.call for job in await take(board) if job.kind is Kind.DIAL)
    assert due == ["C-1", "C-3"]


async def test_a_call_that_is_moved_while_it_is_being_held_keeps_its_new_hour(
    board: Switchboard,
) -> None:
    held = call(thread="1.1", due_at=now() - timedelta(minutes=5))
    async with board.database.write() as connection:
        await store.add(connection, held)
        await store.add(connection, call(Status.CALLING, reference="C-1", gesture="V2"))
    later = now() + timedelta(hours=3)
    async with AlloMia(api_key="k") as allomia, Client(allomia.url, SecretStr("k"), 1) as asked:
        dial = Dial(board, asked, "/")
        result = await dial(JOB, held)
        await board.move(held.reference, "T1", later, "U1")
        after = await board.note(JOB, result)
    assert (after.due_at, after.reason, result.again(after)) == (later, None, later)


async def test_who_is_far_back_in_line_looks_rarely_and_not_together_with_the_others(
    board: Switchboard,
) -> None:
    at = now()
    made = [
        call(reference=f"C-{n:03}", gesture=f"V{n}", reason=LINE, placed_at=at, due_at=at)
        for n in range(100)
    ]
    async with board.database.write() as connection:
        for one in made:
            await store.add(connection, one)
    again = [await look(board, n, made[place]) for n, place in enumerate((1, 2, 99, 99), start=1)]
    near, next_but_one, far, other = ((due - at).total_seconds() for due in again)
    assert 9 < near < next_but_one < 25
    assert 75 < far < other < 150


async def test_who_waits_until_dialling_is_resumed_looks_rarely_and_once_more_in_the_end(
    board: Switchboard,
) -> None:
    await board.dialling.stop("T1", "U1")
    at = now()
    fresh = call(placed_at=at, due_at=at)
    held = fresh.having(reason=Reason(key=policy.STOPPED))
    nearly_over = held.having(due_at=at - timedelta(seconds=590))
    async with board.database.write() as connection:
        await store.add(connection, fresh)
    # Resumed before it is noted that this one waits, nobody would wake it.
    assert 4 < (await look(board, 1, fresh) - at).total_seconds() < 15
    assert 75 < (await look(board, 1, held) - at).total_seconds() < 85
    assert await look(board, 1, nearly_over) == nearly_over.due_at + timedelta(seconds=600)


async def look(board: Switchboard, job: int, waiting: Call) -> datetime:
    """Let a call ask whether it may be dialled; return when it asks again."""
    async with Client("http://127.0.0.1:9", SecretStr("k"), 1) as nobody:
        result = await Dial(board, nobody, "/")(JOB.having(id=job), waiting)
    due = result.again(waiting)
    assert due
    return due

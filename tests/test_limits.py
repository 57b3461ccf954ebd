"""How much may be called: limits hold to the call, also when several are asked for at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from calls import store, tables
from calls.clock import now
from calls.errors import NotAllowed, Reason
from calls.model import Call
from calls.order import Draft, Origin
from calls.policy import Unsettled
from calls.rules import Rules
from calls.status import Status
from calls.switchboard import Switchboard
from examples import ASSISTANT, CALLER, call
from flow import CALL, database_of, noted, posted, replies
from governed import TEAM, decided
from house import NUMBER, House
from sandbox.workspace import ADMIN, FRONT_DESK
from switch import opened, sqlite_only

ANA, BENOIT = "U1", "U2"
DRAFT = Draft(assistant_id=ASSISTANT, phone_number_id=CALLER)


@pytest.fixture
async def boards(database_url: str) -> AsyncIterator[list[Switchboard]]:
    """Open one database twice, as two processes do."""
    async with opened(database_url) as one, opened(database_url) as other:
        yield [one, other]


async def ruled(board: Switchboard, **rules: object) -> None:
    """Let rules hold."""
    version = (await board.workspaces.get("T1")).version
    await board.workspaces.change("T1", version, lambda w: w.having(rules=Rules(**rules)), ANA)


async def asked(board: Switchboard, n: int, by: str = ANA, **draft: object) -> Call:
    """Ask for the n-th call, to a number of its own unless one is given."""
    origin = Origin(team="T1", channel="C1", asked_by=by, language="en", gesture=f"A{n}")
    return await board.place(DRAFT.having(number=f"+1514555{n:04}").having(**draft), origin)


async def refused(board: Switchboard, n: int, by: str = ANA, **draft: object) -> list[str]:
    """Ask for a call that is refused, and return why."""
    with pytest.raises(NotAllowed) as fault:
        await asked(board, n, by, **draft)
    return [reason.key for reason in fault.value.reasons]


@pytest.mark.parametrize(
    ("rules", "key"),
    [
        ({"per_person": 3}, "refused.limit.person"),
        ({"per_workspace": 3}, "refused.limit.workspace"),
    ],
)
async def test_of_many_asked_for_at_once_as_many_are_let_through_as_may_be(
    boards: list[Switchboard], rules: dict[str, int], key: str
) -> None:
    await ruled(boards[0], **rules)
    for n in range(2):
        await asked(boards[0], n)
    tries = (asked(boards[n % 2], n) for n in range(2, 10))
    ends = await asyncio.gather(*tries, return_exceptions=True)
    let = [end for end in ends if isinstance(end, Call)]
    told = [end.reasons[0] for end in ends if isinstance(end, NotAllowed)]
    most = Reason(key=key, values={"most": "3"}, field="limit")
    assert (len(let), told) == (1, [most] * 7)
    assert await asked(boards[1], 0) == await boards[0].call(
        (await asked(boards[0], 0)).reference, "T1"
    )  # a gesture that is repeated is not counted again


async def test_a_persons_limit_is_their_own_and_the_workspaces_everybodys(
    boards: list[Switchboard],
) -> None:
    board = boards[0]
    await ruled(board, per_person=1, per_workspace=2)
    await asked(board, 0)
    assert await refused(board, 1) == ["refused.limit.person"]
    await asked(board, 2, BENOIT)
    assert await refused(board, 3) == ["refused.limit.person", "refused.limit.workspace"]
    assert await refused(board, 4, "U3") == ["refused.limit.workspace"]


async def test_what_was_placed_a_day_ago_or_elsewhere_does_not_count(
    boards: list[Switchboard],
) -> None:
    board, at = boards[0], now()
    await ruled(board, per_person=2, per_workspace=2)
    async with board.database.write() as connection:
        for n, (team, hours) in enumerate([("T1", 24.1), ("T2", 1), ("T1", 23.9)]):
            placed = at - timedelta(hours=hours)
            made = call(reference=f"C-{n}", gesture=f"G{n}", placed_at=placed, asked_by=ANA)
            await store.add(connection, made.having(team=team))
    await asked(board, 0)
    assert await refused(board, 1) == ["refused.limit.person", "refused.limit.workspace"]


async def test_the_same_number_again_within_some_minutes_is_a_question(
    boards: list[Switchboard],
) -> None:
    board, ago = boards[0], now() - timedelta(minutes=9)
    earlier = call(Status.COMPLETED, dialled_at=ago, placed_at=ago, reference="C-EARLY")
    async with board.database.write() as connection:
        await store.add(connection, earlier)
    await asked(board, 1, number=NUMBER)
    await board.cancel((await board.latest("T1", ANA))[0].reference, "T1", ANA)
    await ruled(board, same_number=10)
    with pytest.raises(Unsettled) as fault:
        await asked(board, 2, number=NUMBER)
    recent = Reason(key="refused.number.recent", values={"reference": "C-EARLY"}, field="number")
    assert (fault.value.reasons, fault.value.question.earlier) == ((recent,), earlier)
    assert await refused(board, 3, number=NUMBER, confirmed="C-OTHER") == [recent.key]
    await asked(board, 4, number=NUMBER, confirmed="C-EARLY")
    await ruled(board, same_number=8)
    assert await refused(board, 5, number=NUMBER) == ["refused.number.live"]


@sqlite_only
async def test_what_is_no_number_is_not_taken_for_that_of_an_erased_call(
    boards: list[Switchboard],
) -> None:
    board, ago = boards[0], now() - timedelta(minutes=9)
    await ruled(board, same_number=10)
    erased = call(Status.COMPLETED, number="", dialled_at=ago, placed_at=ago, erased_at=now())
    async with board.database.write() as connection:
        await store.add(connection, erased)
    assert await refused(board, 1, number="") == ["refused.number.missing"]


async def test_only_the_countries_that_are_named_may_be_called(boards: list[Switchboard]) -> None:
    board = boards[0]
    await ruled(board, countries=("CA",))
    await asked(board, 0)
    barred = "refused.number.country_barred"
    for n, number in enumerate(["+12125551234", "+33612345678"], start=1):
        assert await refused(board, n, number=number) == [barred]
    of_none = "refused.number.countryless"
    assert await refused(board, 3, number="+80012345678") == [of_none]


@sqlite_only
async def test_a_second_call_to_a_number_is_confirmed_in_the_form(house: House) -> None:
    await decided(house, same_number=10)
    await house.allomia.end(await house.placed())
    await house.reply("was reached")
    await house.ana.command(CALL, FRONT_DESK)
    form = await house.slack.until(lambda: house.ana.modal)
    (earlier,) = await noted(house)
    await house.ana.submit(form, {"confirm": [earlier.reference]})
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)


async def test_a_rule_that_appears_before_a_call_is_dialled_holds_for_it(
    closed_house: House,
) -> None:
    async with closed_house.open(ROLE="web") as house:
        await house.ana.command(CALL, FRONT_DESK)
    await decided(house, countries=("FR",))
    await bar(house)
    async with closed_house.open(ROLE="all") as house:
        await house.card("Not placed")
        await house.reply()
    told = ":no_entry_sign: The call to Marie was not placed. Nobody was called."
    ruled_out = "The workspace’s rules do not let it be dialled."
    barred = (
        "Phone number: This number is on the do-not-call list. "
        "Only an administrator can remove it, with a reason."
    )
    country = (
        "Phone number: Numbers of this country (Canada) may not be called. "
        "Allowed: France. An administrator can change that."
    )
    assert replies(house) == [f"{told} {ruled_out} {barred} {country}"]
    assert posted(house) == 0


async def bar(house: House) -> None:
    """Put the number on the do-not-call list."""
    entry = {"team": TEAM, "number": NUMBER, "reason": "asked", "added_by": ADMIN}
    async with database_of(house) as database, database.write() as connection:
        await connection.execute(tables.do_not_call.insert().values(**entry, added_at=now()))


@sqlite_only
async def test_a_limit_is_told_to_who_types_a_command(house: House) -> None:
    await decided(house, per_person=1)
    await house.placed()
    answer = await house.ana.command("now +15145550001", FRONT_DESK)
    assert answer.body is not None
    assert "One person may place at most 1 in 24 hours" in answer.body["text"]

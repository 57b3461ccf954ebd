"""Favourites, drafts and profiles are kept for one person each, and told to nobody else."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlalchemy import update

from calls import drafts, favourites, tables
from calls.errors import NotAllowed
from calls.favourites import MOST
from calls.order import Draft, Filled
from calls.switchboard import Switchboard
from examples import ANA, BENOIT
from switch import opened

VERBS = frozenset({"now", "list"})
FILLED = Filled(
    draft=Draft(
        number="514 555 1234",
        name="Marie",
        assistant_id="a",
        phone_number_id="p",
        variables="slot = Tuesday\nwho = ••••\nodd",
        values={"reason": "broken wrist", "secret": "••••"},
        zone="America/Toronto",
        hour=datetime.fromisoformat("2026-03-14T15:09:26+00:00"),
        like="C-22222",
        confirmed="C-33333",
    ),
    channel="C1",
)


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Switchboard]:
    async with opened(database_url) as found:
        yield found


async def test_a_draft_is_told_to_its_person_only_for_a_day(board: Switchboard) -> None:
    mine, other = drafts.fresh(), drafts.fresh()
    await board.drafts.keep(mine, "T1", ANA, FILLED)
    assert await board.drafts.get(mine, "T1", ANA) == FILLED
    asked = [(mine, "T1", BENOIT), (mine, "T2", ANA), (other, "T1", ANA)]
    assert [await board.drafts.get(*one) for one in asked] == [None] * 3
    async with board.database.write() as connection:
        long_ago = datetime.fromisoformat("2026-03-14T15:09:26+00:00")
        await connection.execute(update(tables.drafts).values(kept_at=long_ago))
    await board.drafts.keep(other, "T1", BENOIT, FILLED)
    assert await board.drafts.get(mine, "T1", ANA) is None
    assert await board.drafts.get(other, "T1", BENOIT) == FILLED


async def test_a_favourite_is_a_form_without_whom_and_when(board: Switchboard) -> None:
    assert await board.favourites.save("T1", ANA, "No-Show", FILLED)
    (found,) = await board.favourites.of("T1", ANA)
    assert (found.key, found.name, found.filled) == (
        "no-show",
        "No-Show",
        Filled(
            draft=Draft(
                assistant_id="a",
                phone_number_id="p",
                variables="slot = Tuesday\nwho = \nodd",
                values={"reason": "broken wrist"},
            ),
            channel="C1",
        ),
    )


async def test_nobody_else_has_a_person_s_favourites(board: Switchboard) -> None:
    await board.favourites.save("T1", ANA, "mine", FILLED)
    others = [("T1", BENOIT), ("T2", ANA)]
    assert [await board.favourites.of(*who) for who in others] == [[], []]
    for who in others:
        assert await board.favourites.get(*who, "mine") is None
        await board.favourites.delete(*who, "mine")
    assert await board.favourites.get("T1", ANA, "mine")
    await board.favourites.delete("T1", ANA, "mine")
    assert await board.favourites.of("T1", ANA) == []


async def test_a_name_is_one_favourite_however_it_is_written(board: Switchboard) -> None:
    await board.favourites.save("T1", ANA, "L’Été", FILLED)
    await board.favourites.save("T1", ANA, "l'ÉTÉ", FILLED.having(channel="C2"))
    (found,) = await board.favourites.of("T1", ANA)
    assert (found.name, found.filled.channel) == ("l'ÉTÉ", "C2")


async def test_one_person_has_as_many_favourites_as_a_message_can_list(board: Switchboard) -> None:
    saved = [await board.favourites.save("T1", ANA, f"f {n}", FILLED) for n in range(MOST + 1)]
    assert saved == [True] * MOST + [False]
    assert await board.favourites.save("T1", ANA, "F 3", FILLED)
    assert await board.favourites.save("T1", BENOIT, "f", FILLED)


async def test_an_own_number_is_kept_for_each_person(board: Switchboard) -> None:
    assert await board.profiles.number("T1", ANA) is None
    await board.profiles.keep("T1", ANA, "+15145550000")
    await board.profiles.keep("T1", ANA, "+15145550001")
    whose = [("T1", ANA), ("T2", ANA), ("T1", BENOIT)]
    found = [await board.profiles.number(*who) for who in whose]
    assert found == ["+15145550001", None, None]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (" \n", "missing"),
        ("x" * 81, "long"),
        ("ß" * 41, "long"),  # it is compared as "ss"
        ("now", "verb"),
        ("LIST of Monday", "verb"),
        ("514", "number"),
        ("+1 follow-up", "number"),
        ("<tel:1>", "number"),
        ("٣ jours", "number"),
        ("★", "number"),
    ],
)
def test_a_name_that_the_command_would_not_find_is_refused(name: str, why: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        favourites.called(name, VERBS)
    assert [reason.key for reason in refused.value.reasons] == [f"refused.favourite.{why}"]


@pytest.mark.parametrize("name", ["No-show follow-up", "été", "nowhere", "x" * 80, "明日"])
def test_other_names_are_kept_as_they_are_written(name: str) -> None:
    assert favourites.called(f"  {name} ", VERBS) == name


def test_the_longest_name_is_found_first() -> None:
    known = [
        favourites.Favourite(key=favourites.key(name), name=name, filled=FILLED)
        for name in ("No-show", "No-show follow-up", "L’été")
    ]

    def found(text: str) -> tuple[str, str] | None:
        one = favourites.named_first(text, known)
        return one and (one[0].name, one[1])

    assert [
        found("no-SHOW   follow-up 514 555 1234  Marie"),
        found("No-show follow 514"),
        found("l'été"),
        found("no-shows"),
        found(""),
        found("x" * 5000 + " no-show"),
        found("no-show " + "x " * 3000 + "y" * 3000) is not None,
    ] == [
        ("No-show follow-up", "514 555 1234 Marie"),
        ("No-show", "follow 514"),
        ("L’été", ""),
        None,
        None,
        None,
        True,
    ]

"""Whom an outcome is told besides its thread: which rule holds, and what it asks for."""

from typing import Any

import pytest

from calls.chain import Chain
from calls.model import Call
from calls.status import Status
from calls.telling import ASKER, QUIET, End, Manner, Telling, end, manner, which
from examples import ANA, ASSISTANT, BENOIT, FRONT_DESK, call, outcome

HERE: dict[str, Any] = {"channels": (FRONT_DESK,)}
BY: dict[str, Any] = {"assistants": (ASSISTANT,)}
MISSED: dict[str, Any] = {"ends": (End.NOT_REACHED,)}
ALL = Telling(mentions=("U1",))
BUSY = call(Status.BUSY)
TEAM = "S0TEAM"


@pytest.mark.parametrize(
    ("tellings", "holds"),
    [
        ([], Telling()),
        ([ALL], ALL),
        ([ALL, Telling(**MISSED)], Telling(**MISSED)),
        ([Telling(**MISSED), Telling(**HERE)], Telling(**MISSED)),
        ([Telling(**HERE), Telling(**MISSED)], Telling(**HERE)),
        ([Telling(**MISSED), Telling(**HERE, **BY)], Telling(**HERE, **BY)),
        ([Telling(**HERE, **BY), Telling(**HERE, **BY, **MISSED)], Telling(**HERE, **BY, **MISSED)),
        ([Telling(channels=("C0OTHER",)), ALL], ALL),
        ([Telling(assistants=("other",)), ALL], ALL),
        ([Telling(ends=(End.REACHED, End.FAILED)), ALL], ALL),
        ([Telling(ends=tuple(End))], Telling(ends=tuple(End))),
        ([Telling(channels=("C0OTHER",))], Telling()),
    ],
)
def test_what_names_most_holds_and_of_equals_what_stands_first(
    tellings: list[Telling], holds: Telling
) -> None:
    assert which(tellings, BUSY) == holds


VOICEMAIL = call(Status.COMPLETED, outcome=outcome(Status.COMPLETED, why="voicemail"))


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        (call(Status.CALLING), None),
        (call(Status.COMPLETED), End.REACHED),
        (VOICEMAIL, End.NOT_REACHED),
        (call(Status.NO_ANSWER), End.NOT_REACHED),
        (call(Status.REFUSED), End.FAILED),
        (call(Status.ENDED), End.UNKNOWN),
        (call(Status.UNKNOWN), End.UNKNOWN),
        (call(Status.CANCELLED), End.CANCELLED),
        (call(Status.CANCELLED, chain=Chain(number=2)), End.NOT_REACHED),
    ],
)
def test_ends_are_told_apart_as_people_do(ended: Call, told: End | None) -> None:
    assert end(ended) is told


LOUD = Telling(broadcast=True, mentions=(ASKER, BENOIT, ANA, TEAM), direct=ASKER)
HEARD = Manner(broadcast=True, mentions=(ANA, BENOIT, TEAM), direct=ANA)
CANCELLED = call(Status.CANCELLED, by=ANA)


@pytest.mark.parametrize(
    ("ended", "how"),
    [
        (BUSY, HEARD),
        (CANCELLED, Manner(broadcast=True, mentions=(BENOIT, TEAM))),
        (BUSY.having(channel="D0ANA"), QUIET),
        (BUSY.having(channel=ANA), QUIET),
        (BUSY.having(chain=Chain(following="C-2")), QUIET),
        (BUSY.having(chain=Chain(number=3)), HEARD),
    ],
)
def test_nobody_is_told_twice_nor_what_they_have_done_themselves(ended: Call, how: Manner) -> None:
    assert manner([LOUD], ended) == how

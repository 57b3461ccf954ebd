"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Size:
    """Amounts; times are in seconds."""

    rounds: int = 3
    fast: float = 4  # as fast as an app answers
    paced: float = 10  # at a hundred requests a second
    warm: int = 40  # calls before the first that counts
    calls: int = 300  # from command to outcome, a round
    one_by_one: int = 200  # callbacks while nothing else happens
    waiting: int = 10_000  # calls
    starts: int = 5
    rest: float = 10  # in which nothing happens
    ringing: int = 1000  # calls whose callbacks come
    rings: int = 5  # for each of them
    senders: int = 50


FULL = Size()
QUICK = Size(
    rounds=1,
    fast=0.5,
    paced=0.5,
    warm=5,
    calls=20,
    one_by_one=5,
    waiting=200,
    starts=1,
    rest=1,
    ringing=10,
)

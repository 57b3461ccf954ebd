"""How long the proofs run: shortened in CI, at full length by ``make prove``."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

FULL = bool(os.environ.get("PROVE"))


def sized(short: int, full: int) -> int:
    """Return how many of something a proof takes: few in CI, all of them in ``make prove``."""
    return full if FULL else short


@contextmanager
def failing(told: str) -> Iterator[None]:
    """Tell something beside whatever fails meanwhile."""
    try:
        yield
    except BaseException as failure:
        failure.add_note(told)
        raise


@contextmanager
def chance() -> Iterator[Random]:
    """Give the dice of a proof, thrown anew each time; a failure tells how to throw them again."""
    seed = int(os.environ.get("SEED") or secrets.randbelow(2**32))
    with failing(f"SEED={seed} throws the same dice again."):
        yield Random(seed)  # noqa: S311 - no secret comes of it

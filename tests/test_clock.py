"""The clock of the calls: whoever sets the time of day, pauses stay pauses."""

from datetime import UTC, datetime, timedelta

import pytest

from calls import clock
from calls.clock import Clock
from examples import NOW

HOUR = 3600.0


class Machine:
    """Two clocks, of which one can be set."""

    def __init__(self) -> None:
        self.told, self.steady = NOW.timestamp(), 7.0
        self._clock = Clock(lambda: self.told, lambda: self.steady)

    def after(self, seconds: float) -> float:
        """Let seconds pass, and return by how many the clock is ahead of the start."""
        self.told += seconds
        self.steady += seconds
        return (self._clock.now() - NOW).total_seconds()


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_it_tells_the_time_of_day_in_utc() -> None:
    before = datetime.now(UTC)
    assert timedelta(0) <= clock.now() - before < timedelta(minutes=1)
    assert clock.now().tzinfo is UTC


def test_it_goes_as_the_time_of_day_does(machine: Machine) -> None:
    assert [machine.after(seconds) for seconds in (0, 1, 59, 0, 3540)] == [0, 1, 60, 60, 3600]


@pytest.mark.parametrize(("step", "pace"), [(HOUR, 1.5), (-HOUR, 0.5)])
def test_a_step_is_followed_by_degrees_and_in_the_end_wholly(
    machine: Machine, step: float, pace: float
) -> None:
    machine.after(10)
    machine.told += step
    assert [machine.after(seconds) for seconds in (0, 2, 10)] == [10, 10 + 2 * pace, 10 + 12 * pace]
    assert machine.after(2 * HOUR) == 22 + 2 * HOUR + step
    assert machine.after(1) == 23 + 2 * HOUR + step


def test_a_step_that_is_taken_back_leaves_no_trace(machine: Machine) -> None:
    machine.told += HOUR
    machine.after(10)
    machine.told -= HOUR
    assert machine.after(10) == 20


def test_a_machine_that_stood_still_for_long_learns_at_once_what_time_it_is(
    machine: Machine,
) -> None:
    machine.told += 8 * HOUR
    assert machine.after(1) == 8 * HOUR + 1

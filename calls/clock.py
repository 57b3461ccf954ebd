"""The only clock of the calls: the time of day, which goes on evenly when it is set."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

PACE = 0.5  # seconds by which it follows in each second
PAUSED = 3 * 3600.0  # seconds ahead: the machine itself has stood still, and time has passed
STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # counts a machine's sleep too


class Clock:
    """Follow the time of day by degrees, so that no pause becomes an hour longer or shorter.

    Both readings are in seconds: the time of day since 1970, and one that nobody can set.
    """

    def __init__(self, told: Callable[[], float], steady: Callable[[], float]) -> None:
        self._told = told
        self._steady = steady
        self._at, self._read = told(), steady()

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC; it is never earlier than the last one."""
        told, read = self._told(), self._steady()
        passed = read - self._read
        ahead = told - (self._at + passed)
        most = passed * PACE
        self._at += passed + (ahead if ahead > PAUSED else min(max(ahead, -most), most))
        self._read = read
        return datetime.fromtimestamp(self._at, UTC)


now = Clock(time.time, lambda: time.clock_gettime(STEADY)).now

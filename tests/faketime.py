"""The clock of a running process, set by its test: Debian's libfaketime."""

import os
import time
from pathlib import Path

import pytest

from sandbox.courier import HONEST, Seal

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
NONE = LIBRARY is None and "CI" not in os.environ  # where CI brings none, that is a failure
with_a_clock_to_set = pytest.mark.skipif(
    NONE, reason="no faketime on this machine: no clock is set"
)


class Clock:
    """The time of day as a process is told it; pauses are real, as when a real clock is set."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._wrong = 0
        self.set(0)

    @property
    def environ(self) -> dict[str, str]:
        """What a process that goes by this clock is started with."""
        return {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # else a thread that waits for its turn spins
        }

    @property
    def seal(self) -> Seal:
        """How Slack signs by this clock: what is five minutes old or early is refused."""
        return Seal(timestamp=str(int(time.time()) + self._wrong)) if self._wrong else HONEST

    def set(self, wrong: int) -> None:
        """Let it be so many seconds wrong from now on."""
        self._wrong = wrong
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{wrong:+d}s\n")
        fresh.replace(self._file)  # read at every look, so never half written

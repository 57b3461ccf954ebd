"""What fails while the machine stands still proves nothing: it is run again, once, and told.

A guest of a busy host may get no processor for seconds, in which every time-out passes: of a test,
of the app, of Slack. On each processor sleeps a small process of its own, which runs nothing of
ours: so no fault of ours is taken for such a pause.
"""

import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import pytest

import oversleeping

NOTES = "RINGBACK_STANDSTILLS"  # the environment's name for the file that holds their ends
SLEEPERS = pytest.StashKey[list[subprocess.Popen[bytes]]]()
BEGAN = pytest.StashKey[float]()


def pytest_configure(config: pytest.Config) -> None:
    """Watch the machine while tests run; the workers of xdist read what is found."""
    if hasattr(config, "workerinput"):
        return
    notes, os.environ[NOTES] = tempfile.mkstemp(prefix="ringback-standstills-")
    config.stash[SLEEPERS] = [sleeper(processor, notes) for processor in processors()]
    os.close(notes)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop watching."""
    for process in config.stash.get(SLEEPERS, []):
        process.kill()
        process.wait()
        Path(os.environ[NOTES]).unlink(missing_ok=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what fails in a pause be run again."""
    for item in items:
        item.add_marker(pytest.mark.flaky(reruns=1, condition=partial(stood_still, item)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note when a test begins."""
    item.stash[BEGAN] = time.monotonic()


def stood_still(item: pytest.Item) -> bool:
    """Tell whether the machine has stood still since a test began."""
    ends = Path(os.environ[NOTES]).read_text().split()
    return any(float(end) > item.stash[BEGAN] for end in ends)


def processors() -> list[int]:
    """Return the processors that are ours, where the system tells."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]


def sleeper(processor: int, notes: int) -> subprocess.Popen[bytes]:
    """Start a process that sleeps on a processor, and ends when we do."""
    command = [sys.executable, "-S", oversleeping.__file__, str(processor), str(os.getpid())]
    return subprocess.Popen(command, stdout=notes)

"""What fails is run again if the machine stood still meanwhile, and not otherwise."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
AGAIN = """
import os
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from time import monotonic, sleep

from oversleeping import NAP, PAUSE
from standstill import NOTES, SLEEPERS

def test_it(pytestconfig, tmp_path_factory):
    said = tmp_path_factory.getbasetemp() / "said"
    if said.exists():
        return
    said.touch()
    {pause}
    raise AssertionError("the first time")
"""
PAUSES = """
    sleepers = pytestconfig.stash[SLEEPERS]
    for sleeper in sleepers:
        os.kill(sleeper.pid, SIGSTOP)
    sleep(NAP + PAUSE + 0.1)
    for sleeper in sleepers:
        os.kill(sleeper.pid, SIGCONT)
    end = monotonic() + 10
    while not Path(os.environ[NOTES]).read_text() and monotonic() < end:
        sleep(NAP)
"""


@pytest.mark.parametrize(
    ("pause", "told"), [("", "1 failed"), (PAUSES, "1 passed, 1 rerun")], ids=["busy", "paused"]
)
def test_a_failure_counts_unless_the_machine_stood_still(
    tmp_path: Path, pause: str, told: str
) -> None:
    (tmp_path / "test_it.py").write_text(AGAIN.format(pause=pause.strip()))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = f"{sys.executable} -m pytest -q -p standstill -p no:cacheprovider {tmp_path}"
    ran = subprocess.run(
        shlex.split(command),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(HERE), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told in ran.stdout

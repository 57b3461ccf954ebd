"""``python -m sandbox``, as a newcomer runs it: the story, and the app that may be killed."""

import asyncio
import contextlib
import os
import pty
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import pytest

from sandbox.page import served
from sandbox.rehearsal import PORTS, free_port, rehearsal
from sandbox.workspace import ANA, FRONT_DESK

REPLY = "Marie Tremblay was reached. The call lasted 1 min 42 s."
ROOT = Path(__file__).parent.parent


async def story(**environ: str) -> tuple[int | None, str]:
    """Run it and return its exit status and what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--story",
        cwd=ROOT,
        env=os.environ | environ,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    return process.returncode, told.decode()


async def test_the_story_ends_with_the_outcome_in_the_thread() -> None:
    status, told = await story()
    assert status == 0
    seen = [line.strip() for line in told.splitlines()]
    steps = [
        "Ana types in #front-desk: /call 514 555 1234 Marie Tremblay",
        "│ [ Place a call ]",
        "│ Phone number: 514 555 1234",
        "│ ⏳ Queued",
        f"│ ✅ {REPLY}",
        "│ ✅ Completed, 1 min 42 s",
    ]
    assert [step for step in steps if not any(line.startswith(step) for line in seen)] == []


async def test_a_real_env_beside_it_is_not_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ALLOMIA_API_URL=http://127.0.0.1:9\nUNDO_SECONDS=3600\n")
    status, _ = await story(UNDO_SECONDS="3600", DATABASE_URL="nonsense")
    assert status == 0


def greeted(*arguments: str, until: bytes, made: Path = ROOT, **environ: str) -> tuple[int, str]:
    """Run the page in a terminal; press Ctrl-C once it has said something and a file is there."""
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "8860", *arguments],
        cwd=ROOT,
        env=os.environ | environ,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError):  # how a terminal ends on Linux
        while more := os.read(ours, 4096):
            said += more
            if until in said:
                until = b"never again"
                while not made.exists():
                    time.sleep(0.02)
                os.killpg(program.pid, signal.SIGINT)
    os.close(ours)
    return program.wait(10), said.decode()


@pytest.mark.parametrize(("flags", "opened"), [((), True), (("--no-browser",), False)])
def test_a_browser_is_opened_where_there_is_a_desktop(
    tmp_path: Path, flags: tuple[str, ...], opened: bool
) -> None:
    shown, browser = tmp_path / "shown", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >{tmp_path}/new && mv {tmp_path}/new {shown}\n')
    browser.chmod(0o755)
    desktop = {"DISPLAY": ":0", "BROWSER": f"{browser} %s"}
    made = shown if opened else ROOT
    status, said = greeted(*flags, until=b"Ctrl-C ends", made=made, **desktop)
    assert (status, "Traceback" in said, "The rehearsal is over" in said) == (0, False, True)
    assert shown.exists() is opened
    if opened:
        assert f"    {shown.read_text().strip()}\r\n" in said


def test_ctrl_c_while_it_starts_ends_it_quietly() -> None:
    status, said = greeted(until=b"Starting")
    assert (status, "Traceback" in said, "nothing of it is kept" in said) == (0, False, True)


async def test_a_port_that_is_none_is_refused_in_one_line() -> None:
    for port in ("99999", "-1", "x"):
        program = (sys.executable, "-m", "sandbox", f"--port={port}")
        process = await asyncio.create_subprocess_exec(
            *program, cwd=ROOT, stderr=asyncio.subprocess.PIPE
        )
        _, told = await process.communicate()
        assert (process.returncode, b"is no port" in told, b"Traceback" in told) == (2, True, False)


async def test_the_app_is_killed_from_the_page_and_goes_on_where_it_was() -> None:
    """Cut a call off between its note and its dialling; it is dialled once, after the restart."""
    async with (
        rehearsal(UNDO_SECONDS="2", ALLOMIA_TIMEOUT="1") as found,
        served(found, 8850) as address,
        aiohttp.ClientSession(headers={"Origin": address.rstrip("/")}) as browser,
    ):

        async def post(path: str, **body: object) -> object:
            async with browser.post(address + path, json=body) as answer:
                assert answer.status == 200, await answer.text()
                return await answer.json()

        call = {"do": "command", "command": "/call", "channel": FRONT_DESK, "as": ANA}
        assert await post("gesture", **call, text="now 514 555 1234 Marie") == {}
        await found.slack.until(lambda: found.slack.workspace.messages(FRONT_DESK))
        await post("panel", do="app", runs=False)
        assert await post("gesture", **call, text="list") == {"notice": "command_late"}
        async with browser.get(f"{address}state?as={ANA}") as answer:
            assert (await answer.json())["runs"] is False
        assert found.allomia.dialled() == []
        for _ in range(2):
            await post("panel", do="app", runs=True)
        await found.allomia.until(found.allomia.dialled)
        (card,) = found.slack.workspace.messages(FRONT_DESK)
        await found.slack.until(lambda: "Calling" in card.words)
    assert len(found.allomia.dialled()) == 1


def test_a_port_is_handed_out_once_and_never_one_of_the_systems_own_or_one_in_use() -> None:
    first = free_port()
    with socket.create_server(("127.0.0.1", first + 1)):
        found = [first, *(free_port() for _ in range(20))]
    with socket.create_server(("127.0.0.1", 0)) as given:
        assert given.getsockname()[1] not in PORTS
    assert first + 1 not in found
    assert len(set(found)) == len(found)

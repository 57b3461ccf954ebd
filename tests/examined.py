"""``python app.py doctor`` as an operator runs it."""

import asyncio
import json
import logging
import os
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import make_url

import app
from house import House
from process import COVERAGE
from sandbox.rehearsal import APP

WITHIN = 60  # seconds


class Said(NamedTuple):
    """What the doctor has printed, and how it ended."""

    status: int
    out: str


async def doctor(environ: dict[str, str], folder: Path, *options: str) -> Said:
    """Run ``python app.py doctor``."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        str(APP),
        "doctor",
        *options,
        cwd=folder,
        env={**COVERAGE, **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(WITHIN):
        out, err = (stream.decode() for stream in await child.communicate())
    assert child.returncode is not None
    discreet(environ, out, err)
    return Said(child.returncode, out)


async def consulted(environ: dict[str, str], folder: Path) -> Said:
    """Let ``doctor --json`` look from inside this process: all the same but for starting Python."""
    written, err, kept = BytesIO(), StringIO(), dict(os.environ)
    out = TextIOWrapper(written, "utf-8", write_through=True)
    with chdir(folder), redirect_stdout(out), redirect_stderr(err):
        try:
            os.environ.clear()
            os.environ.update(environ)
            status = await app.examined(as_json=True)
        finally:
            os.environ.clear()
            os.environ.update(kept)
            logging.disable(logging.NOTSET)
    said = Said(status, written.getvalue().decode())
    discreet(environ, said.out, err.getvalue())
    return said


def discreet(environ: dict[str, str], out: str, err: str) -> None:
    """See that whatever happened, no secret and no traceback was printed."""
    secrets = {v for name, v in environ.items() if name.endswith(("_TOKEN", "_SECRET", "_KEY"))}
    secrets |= {"hush", make_url(environ.get("DATABASE_URL", "sqlite://")).password or ""}
    assert [one for one in secrets - {""} if one in out + err] == []
    assert err == ""


async def found(house: House, folder: Path) -> dict[str, str]:
    """Return what the doctor finds of each thing, as machines read it."""
    return read(await consulted(house.environ, folder))


def read(said: Said) -> dict[str, str]:
    """Return what the doctor has found of each thing, from what machines read."""
    told = json.loads(said.out)
    marks = [one["mark"] for one in told["findings"]]
    assert (said.status, told["healthy"]) == ((1, False) if "wrong" in marks else (0, True))
    assert all(one["told"] for one in told["findings"])
    return {one["check"]: f"{one['mark']} {one['found']}" for one in told["findings"]}

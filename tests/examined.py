"""``python app.py doctor`` as an operator runs it."""

import asyncio
import json
import sys
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import make_url

from house import House
from process import COVERAGE
from sandbox.rehearsal import APP

WITHIN = 25  # seconds


class Said(NamedTuple):
    """What the doctor has printed, and how it ended."""

    status: int
    out: str


async def doctor(environ: dict[str, str], folder: Path, *options: str) -> Said:
    """Run ``python app.py doctor``; whatever happens, it prints no secret and no traceback."""
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
    secrets = {v for name, v in environ.items() if name.endswith(("_TOKEN", "_SECRET", "_KEY"))}
    secrets |= {"hush", make_url(environ.get("DATABASE_URL", "sqlite://")).password or ""}
    assert [one for one in secrets - {""} if one in out + err] == []
    assert err == ""
    assert child.returncode is not None
    return Said(child.returncode, out)


async def found(house: House, folder: Path) -> dict[str, str]:
    """Return what the doctor finds of each thing, as machines read it."""
    status, out = await doctor(house.environ, folder, "--json")
    told = json.loads(out)
    marks = [one["mark"] for one in told["findings"]]
    assert (status, told["healthy"]) == ((1, False) if "wrong" in marks else (0, True))
    assert all(one["told"] for one in told["findings"])
    return {one["check"]: f"{one['mark']} {one['found']}" for one in told["findings"]}

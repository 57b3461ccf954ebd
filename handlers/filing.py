"""What the commands share that read a file into a workspace, or write a workspace into one."""

import re
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any, cast

from calls.database import REVISION, Database
from calls.errors import DatabaseNewer, NotAllowed, Reason
from calls.workspaces import Workspaces

GOOD, FAULTY = 0, 1  # exit status
STANDARD = "-"  # standard input or output, in place of a file
TEAM = re.compile(r"[TE][A-Z0-9]{2,30}")


async def team(named: str | None, database: Database, workspaces: Workspaces) -> str:
    """Find out which workspace is meant: the one that is named, or the only one.

    Raises ``NotAllowed`` where that is not clear, or where the database is not ready.
    """
    revision = None if database.is_new else await database.revision()
    if revision and revision > REVISION:
        raise DatabaseNewer(revision, REVISION)
    if revision != REVISION:
        raise _refused("no_tables")
    known = await workspaces.teams()
    if named and not TEAM.fullmatch(named):
        raise _refused("not_team", team=named[:60])
    if named and known and named not in known:
        raise _refused("other_team", team=named, known=", ".join(known))
    if not named and len(known) != 1:
        raise _refused("which_team", known=", ".join(known)) if known else _refused("no_team")
    return named or known[0]


def content(file: str) -> bytes:
    """Return what stands in a file; raise ``NotAllowed`` where it cannot be read."""
    try:
        return sys.stdin.buffer.read() if file == STANDARD else Path(file).read_bytes()
    except OSError as fault:
        raise _refused("unreadable", file=file, words=str(fault.strerror)) from None


def write(file: str, words: bytes) -> None:
    """Write a file; raise ``NotAllowed`` where that cannot be."""
    try:
        if file == STANDARD:
            sys.stdout.buffer.write(words)
            sys.stdout.buffer.flush()
        else:
            Path(file).write_bytes(words)
    except OSError as fault:
        raise _refused("unwritable", file=file, words=str(fault.strerror)) from None


def tell(lines: Sequence[str], out: Any, status: int) -> int:  # noqa: ANN401 - a standard stream
    """Print lines, and return the exit status."""
    cast("TextIOWrapper", out).reconfigure(errors="replace")
    out.write("".join(f"{line}\n" for line in lines))
    return status


def _refused(why: str, **values: str) -> NotAllowed:
    return NotAllowed([Reason(key=f"file.{why}", values=values)])

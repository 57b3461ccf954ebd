"""What the commands share that read a file into a workspace, or write a workspace into one."""

import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, cast

from calls.database import REVISION, Database
from calls.errors import DatabaseNewer, NotAllowed, Reason
from calls.settings import Settings
from calls.slack_ids import TEAM
from calls.switchboard import Switchboard
from calls.workspaces import Workspaces
from views import changes
from views.text import Text

GOOD, FAULTY = 0, 1  # exit status
STANDARD = "-"  # standard input or output, in place of a file

Act = Callable[[Switchboard, str, Text], Awaitable[tuple[int, list[str]]]]
"""With a workspace, in a language; returns the exit status and what is told."""


async def done(command: Namespace, settings: Settings, act: Act) -> int:
    """Act on the workspace that is meant; return the exit status, 1 where nothing was done."""
    database, text = Database(settings.database_url), Text(settings.default_language)
    board = Switchboard(database, settings)
    piped = command.file == STANDARD and not command.imports
    try:
        team = await _team(command.team, database, board.workspaces)
        status, lines = await act(board, team, text)
    except NotAllowed as fault:
        status, lines = FAULTY, changes.faults(fault.reasons, text)
    finally:
        await board.close()
        await database.close()
    _tell(lines, sys.stderr if piped or status else sys.stdout)
    return status


async def _team(named: str | None, database: Database, workspaces: Workspaces) -> str:
    """Find out which workspace is meant: the one that is named, or the only one.

    Raises ``NotAllowed`` where that is not clear, or where the database is not ready.
    """
    revision = None if database.is_new else await database.revision()
    if revision and revision > REVISION:
        raise DatabaseNewer(revision, REVISION)
    if revision != REVISION:
        raise refused("no_tables")
    known = await workspaces.teams()
    if named and not TEAM.fullmatch(named):
        raise refused("not_team", team=named[:60])
    if named and known and named not in known:
        raise refused("other_team", team=named, known=", ".join(known))
    if not named and len(known) != 1:
        raise refused("which_team", known=", ".join(known)) if known else refused("no_team")
    return named or known[0]


def content(file: str) -> bytes:
    """Return what stands in a file; raise ``NotAllowed`` where it cannot be read."""
    try:
        return sys.stdin.buffer.read() if file == STANDARD else Path(file).read_bytes()
    except OSError as fault:
        raise refused("unreadable", file=file, words=str(fault.strerror)) from None


def write(file: str, words: bytes) -> None:
    """Write a file; raise ``NotAllowed`` where that cannot be."""
    with opened(file) as put:
        put(words)


@contextmanager
def opened(file: str) -> Iterator[Callable[[bytes], object]]:
    """Open a file to be written part by part; raise ``NotAllowed`` where that cannot be."""
    try:
        if file == STANDARD:
            yield sys.stdout.buffer.write
            sys.stdout.buffer.flush()
            return
        with Path(file).open("wb") as out:
            yield out.write
    except OSError as fault:
        raise refused("unwritable", file=file, words=str(fault.strerror)) from None


def _tell(lines: Sequence[str], out: Any) -> None:  # noqa: ANN401 - a standard stream
    cast("TextIOWrapper", out).reconfigure(errors="replace")
    out.write("".join(f"{line}\n" for line in lines))


def refused(why: str, **values: str) -> NotAllowed:
    """Return why nothing is done, by a key of the sentences about files."""
    return NotAllowed([Reason(key=f"file.{why}", values=values)])

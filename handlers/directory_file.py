"""``python app.py directory``: the directory and the rules go into a file, or come from one."""

import re
import sys
from argparse import Namespace
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any, cast

from calls import differences, filed
from calls.database import REVISION, Database
from calls.errors import CommitUnknown, DatabaseNewer, NotAllowed, Reason, TooLate
from calls.settings import Settings
from calls.workspaces import Workspace, Workspaces
from views import changes
from views.text import Text

GOOD, FAULTY = 0, 1  # exit status
STANDARD = "-"  # standard input or output, in place of a file
BY = "app.py"  # who has changed a workspace from a terminal
TEAM = re.compile(r"[TE][A-Z0-9]{2,30}")


@dataclass(frozen=True)
class Told:
    """Who is spoken with, and about which workspace's file."""

    workspaces: Workspaces
    team: str
    file: str
    settings: Settings
    text: Text


async def asked(command: Namespace, settings: Settings) -> int:
    """Do what was asked for; return the exit status, 1 where nothing could be done."""
    database, text = Database(settings.database_url), Text(settings.default_language)
    try:
        workspaces = Workspaces(database)
        team = await _team(command.team, database, workspaces)
        told = Told(workspaces, team, command.file, settings, text)
        lines = await (imported(told, sure=command.yes) if command.imports else _export(told))
    except NotAllowed as fault:
        return _print(changes.faults(fault.reasons, text), sys.stderr, FAULTY)
    finally:
        await database.close()
    return _print(lines, sys.stderr if command.file == STANDARD else sys.stdout, GOOD)


async def _team(named: str | None, database: Database, workspaces: Workspaces) -> str:
    """Find out which workspace is meant: the one that is named, or the only one."""
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


async def _export(told: Told) -> list[str]:
    workspace = await told.workspaces.get(told.team)
    words = filed.written(workspace.directory, workspace.rules)
    _write(told.file, words.encode())
    return [] if told.file == STANDARD else [told.text("file.written", file=told.file)]


async def imported(told: Told, *, sure: bool) -> list[str]:
    """Show what a file would change; change it where whoever asks is sure."""
    found = filed.read(_bytes(told.file), told.settings.default_region)
    before = await told.workspaces.get(told.team)
    after = before.having(
        directory=filed.merged(before.directory, found.directory),
        rules=before.rules if found.rules is None else found.rules,
    )
    rules = before.rules, after.rules
    differ = differences.of(before.directory, after.directory, rules)
    lines = changes.lines(differ, told.text)
    if not differ:
        return [told.text("file.same")]
    if not sure:
        return [*lines, told.text("file.shown", number=str(len(lines)))]
    await _apply(told, before, after)
    return [*lines, told.text("file.done", number=str(len(lines)))]


async def _apply(told: Told, before: Workspace, after: Workspace) -> None:
    def changed(newest: Workspace) -> Workspace:
        return newest.having(directory=after.directory, rules=after.rules)

    try:
        await told.workspaces.change(told.team, before.version, changed, BY)
    except TooLate:
        raise _refused("overtaken") from None
    except CommitUnknown:
        raise _refused("in_doubt") from None


def _bytes(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == STANDARD else Path(file).read_bytes()
    except OSError as fault:
        raise _refused("unreadable", file=file, words=str(fault.strerror)) from None


def _write(file: str, words: bytes) -> None:
    try:
        if file == STANDARD:
            sys.stdout.buffer.write(words)
            sys.stdout.buffer.flush()
        else:
            Path(file).write_bytes(words)
    except OSError as fault:
        raise _refused("unwritable", file=file, words=str(fault.strerror)) from None


def _refused(why: str, **values: str) -> NotAllowed:
    return NotAllowed([Reason(key=f"file.{why}", values=values)])


def _print(lines: list[str], out: Any, status: int) -> int:  # noqa: ANN401 - a standard stream
    cast("TextIOWrapper", out).reconfigure(errors="replace")
    out.write("".join(f"{line}\n" for line in lines))
    return status

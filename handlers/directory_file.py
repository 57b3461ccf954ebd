"""``python app.py directory``: the directory and the rules go into a file, or come from one."""

import sys
from argparse import Namespace
from dataclasses import dataclass

from calls import differences, filed
from calls.database import Database
from calls.errors import CommitUnknown, NotAllowed, Reason, TooLate
from calls.settings import Settings
from calls.workspace import Workspace
from calls.workspaces import Workspaces
from handlers import filing
from views import changes
from views.text import Text

BY = "app.py"  # who has changed a workspace from a terminal


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
        team = await filing.team(command.team, database, workspaces)
        told = Told(workspaces, team, command.file, settings, text)
        lines = await (imported(told, sure=command.yes) if command.imports else _export(told))
    except NotAllowed as fault:
        return filing.tell(changes.faults(fault.reasons, text), sys.stderr, filing.FAULTY)
    finally:
        await database.close()
    return filing.tell(lines, sys.stdout, filing.GOOD)


async def _export(told: Told) -> list[str]:
    workspace = await told.workspaces.get(told.team)
    words = filed.written(workspace.directory, workspace.rules)
    filing.write(told.file, words.encode())
    return [] if told.file == filing.STANDARD else [told.text("file.written", file=told.file)]


async def imported(told: Told, *, sure: bool) -> list[str]:
    """Show what a file would change; change it where whoever asks is sure."""
    found = filed.read(filing.content(told.file), told.settings.default_region)
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


def _refused(why: str, **values: str) -> NotAllowed:
    return NotAllowed([Reason(key=f"file.{why}", values=values)])

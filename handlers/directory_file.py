"""``python app.py directory``: the directory and the rules go into a file, or come from one."""

from argparse import Namespace
from dataclasses import dataclass

from calls import differences, directory_file
from calls.audit import COMMAND_LINE
from calls.dialling import Dialling
from calls.errors import CommitUnknown, TooLate
from calls.settings import Settings
from calls.switchboard import Switchboard
from calls.workspace import Workspace
from calls.workspaces import Workspaces
from handlers import filing
from views import changes
from views.text import Text


@dataclass(frozen=True)
class Told:
    """Who is spoken with, and about which workspace's file."""

    workspaces: Workspaces
    dialling: Dialling
    team: str
    file: str
    settings: Settings
    text: Text


async def asked(command: Namespace, settings: Settings) -> int:
    """Do what was asked for; return the exit status, 1 where nothing could be done."""

    async def act(board: Switchboard, team: str, text: Text) -> tuple[int, list[str]]:
        told = Told(board.workspaces, board.dialling, team, command.file, settings, text)
        lines = await (imported(told, sure=command.yes) if command.imports else _export(told))
        return filing.GOOD, lines

    return await filing.done(command, settings, act)


async def _export(told: Told) -> list[str]:
    workspace = await told.workspaces.get(told.team)
    words = directory_file.written(workspace.directory, workspace.rules)
    filing.write(told.file, words.encode())
    return [] if told.file == filing.STANDARD else [told.text("file.written", file=told.file)]


async def imported(told: Told, *, sure: bool) -> list[str]:
    """Show what a file would change; change it where whoever asks is sure."""
    found = directory_file.read(filing.content(told.file), told.settings.default_region)
    before = await told.workspaces.get(told.team)
    after = before.having(
        directory=directory_file.merged(before.directory, found.directory),
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
        await told.workspaces.change(told.team, before.version, changed, COMMAND_LINE, COMMAND_LINE)
    except TooLate:
        raise filing.refused("overtaken") from None
    except CommitUnknown:
        raise filing.refused("in_doubt") from None
    if before.rules != after.rules:
        await told.dialling.wake(told.team)  # a limit that they wait for may be gone

"""``python app.py audit export``: the audit log goes into a CSV file, a part at a time."""

from argparse import Namespace

from calls import audit_file
from calls.audit import COMMAND_LINE, Action, Deed
from calls.settings import Settings
from calls.switchboard import Switchboard
from handlers import filing
from views import audit as face
from views.text import Text


async def asked(command: Namespace, settings: Settings) -> int:
    """Do what was asked for; return the exit status, 1 where nothing could be done."""

    async def act(board: Switchboard, team: str, text: Text) -> tuple[int, list[str]]:
        told = {"since": command.since.isoformat()} if command.since else {}
        deed = Deed(action=Action.EXPORTED, by=COMMAND_LINE, place=COMMAND_LINE, told=told)
        many = 0
        with filing.opened(command.file) as write:
            await board.trail.note(team, deed)
            write(audit_file.head().encode())
            async for rows in board.trail.rows(team, command.since):
                write(audit_file.lines(rows).encode())
                many += len(rows)
        return filing.GOOD, list(face.written(many, command.file, text))

    return await filing.done(command, settings, act)

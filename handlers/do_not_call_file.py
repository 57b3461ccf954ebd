"""``python app.py dnc``: the do-not-call list goes into a CSV file, or comes from one."""

from argparse import Namespace

from calls import do_not_call_file
from calls.audit import COMMAND_LINE, Action, Deed
from calls.clock import now
from calls.errors import NotAllowed, Reason
from calls.settings import Settings
from calls.switchboard import Switchboard
from handlers import filing
from views import do_not_call_file as face
from views.text import Text

MOST = 10_000  # numbers in a file: nobody else writes to SQLite meanwhile, for a second
BY = "import"  # who has added what a file does not say it of


async def asked(command: Namespace, settings: Settings) -> int:
    """Do what was asked for; return the exit status, 1 where nothing could be done."""

    async def act(board: Switchboard, team: str, text: Text) -> tuple[int, list[str]]:
        if command.imports:
            return await _import(board, team, command, text)
        return await _export(board, team, command.file, text)

    return await filing.done(command, settings, act)


async def _export(board: Switchboard, team: str, file: str, text: Text) -> tuple[int, list[str]]:
    deed = Deed(action=Action.DO_NOT_CALL_EXPORTED, by=COMMAND_LINE, place=COMMAND_LINE)
    await board.trail.note(team, deed)
    entries = await board.do_not_call.everything(team)
    filing.write(file, do_not_call_file.encoded(entries))
    return filing.GOOD, face.written(len(entries), file, text)


async def _import(
    board: Switchboard, team: str, command: Namespace, text: Text
) -> tuple[int, list[str]]:
    words = do_not_call_file.decoded(filing.content(command.file))
    sheet = do_not_call_file.read(words, board.settings.default_region, BY, now(), signed=True)
    if sheet.faults:
        return filing.FAULTY, face.faulty(sheet.faults, text)
    if len(sheet.entries) > MOST:
        raise NotAllowed([Reason(key="do_not_call.long_file", values={"most": str(MOST)})])
    if not command.yes:
        there = await board.do_not_call.listed(team, [one.number for one in sheet.entries])
        return filing.GOOD, face.shown(sheet.entries, there, text)
    found = await board.do_not_call.add(team, sheet.entries, COMMAND_LINE, COMMAND_LINE)
    return filing.GOOD, face.done(found, text)

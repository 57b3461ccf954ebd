"""Who does which kind of job."""

from calls.agenda import Kind
from calls.allomia import AlloMia
from calls.check import Check
from calls.details import Details
from calls.dial import Dial
from calls.worker import Runner
from handlers import callback
from handlers.assigned import Assigned
from handlers.besides import Besides
from handlers.desk import Desk
from handlers.erase import Erase
from handlers.quote import Quote
from handlers.thread import Thread
from handlers.watch import Watch


def runners(desk: Desk, allomia: AlloMia, watch: Watch) -> dict[Kind, Runner]:
    """Return a coroutine for each kind; after those that change what Home shows, it is drawn."""
    board = desk.switchboard
    thread = Thread(
        desk.messages, desk.conversations, board.workspaces, desk.settings, board.repeating
    )
    return {
        Kind.OPEN: watch.beside(thread.open),
        Kind.DIAL: Dial(board, allomia, callback.PATH),
        Kind.CHECK: Check(board, allomia),
        Kind.REPLY: watch.beside(thread.reply),
        Kind.CARD: watch.beside(thread.draw),
        Kind.DETAILS: Details(board, desk.call_log),
        Kind.AMEND: thread.amend,
        Kind.QUOTE: Quote(desk),
        Kind.BESIDES: Besides(desk),
        Kind.AGAIN: board.repeating,
        Kind.HEED: board.handing.heed,
        Kind.HAND: Assigned(desk),
        Kind.ERASE: watch.beside(Erase(desk)),
    }

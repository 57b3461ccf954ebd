"""Calls are handed over: assigned, done, noted about; and nobody is repeated who wants no calls."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from calls import hand_over, store
from calls.audit import Action, Deed
from calls.barring import Barring
from calls.clock import now
from calls.database import Database
from calls.do_not_call import Entry
from calls.errors import NotAllowed, Reason, TooLate
from calls.jobs import Job
from calls.ledger import Ledger
from calls.model import Call
from calls.note import Note
from calls.page import DONE, Change, Changed, Page, Result

OPTED_OUT = Reason(key="cancelled.opted_out")


class Handing:
    """Note what people do about calls that need them.

    All of it raises ``TooLate`` where a call needs nobody, or no more, and ``DatabaseAway``; what
    was asked for may yet be noted then, and can be asked for again.
    """

    def __init__(self, database: Database, ledger: Ledger, do_not_call: Barring) -> None:
        self._database = database
        self._ledger = ledger
        self._do_not_call = do_not_call

    async def assign(self, reference: str, team: str, to: str, by: str, place: str = "") -> Changed:
        """Have somebody see to a call; the last one to be named does."""
        why = Reason(key=hand_over.ASSIGNED, values={"person": to})
        deed = Deed(action=Action.ASSIGNED, by=by, place=place, told={"to": to})
        return await self._note(reference, team, deed, why, lambda c, _: hand_over.assigned(c, to))

    async def finish(self, reference: str, team: str, by: str, place: str = "") -> Changed:
        """Note that what a call left to do is done."""
        why, deed = Reason(key="handed.done"), Deed(action=Action.DONE, by=by, place=place)
        return await self._note(
            reference, team, deed, why, lambda call, at: hand_over.finished(call, by, at)
        )

    async def reopen(self, reference: str, team: str, by: str, place: str = "") -> Changed:
        """Take that back."""
        why, deed = Reason(key="handed.reopened"), Deed(action=Action.REOPENED, by=by, place=place)
        return await self._note(reference, team, deed, why, lambda c, _: hand_over.reopened(c))

    async def note(self, reference: str, team: str, text: str, by: str, place: str = "") -> Changed:
        """Add a note to a call; raise ``NotAllowed`` where it has as many as it can."""

        def noted(call: Call, at: datetime) -> Call:
            found = hand_over.noted(call, Note(at=at, by=by, text=hand_over.written(text)))
            if len(found.notes) > hand_over.MOST:
                values = {"most": str(hand_over.MOST)}
                raise NotAllowed([Reason(key="refused.note.many", values=values, field="note")])
            return found

        deed = Deed(action=Action.NOTED, by=by, place=place)
        return await self._note(reference, team, deed, Reason(key="handed.noted"), noted)

    async def bar(self, call: Call, by: str, place: str = "") -> Changed:
        """Put a call's number on the do-not-call list, once; its entry tells the reference."""
        if not hand_over.needs_somebody(call):  # an erased one has no number any more
            raise TooLate
        at = now()
        entry = Entry(number=call.number, reason=call.reference, added_by=by, added_at=at)
        async with self._database.in_time():
            await self._do_not_call.add(call.team, [entry], by, place)
        why, deed = Reason(key="handed.listed"), Deed(action=Action.DONE, by=by, place=place)
        return await self._note(
            call.reference, call.team, deed, why, lambda call, at: hand_over.listed(call, by, at)
        )

    async def heed(self, job: Job, call: Call) -> Result:  # noqa: ARG002
        """Cancel what repeats calls to somebody who wants none; the job HEED.

        The attempt after this one, whose state the message shows, is told so too.
        """
        async with self._database.read() as connection:
            waiting = await store.repeats(connection, call.team, call.number)
        for repeat in waiting:
            await self._ledger.change(repeat.reference, lambda one: one.cancelled(OPTED_OUT))
        following = call.chain and call.chain.following
        if following:
            await self._ledger.change(following, hand_over.opting_out)
        return DONE

    async def _note(
        self,
        reference: str,
        team: str,
        deed: Deed,
        why: Reason,
        change: Callable[[Call, datetime], Call],
    ) -> Changed:
        """Change a call that needs somebody; its time line tells who has, if it has changed."""

        async def unit(_: AsyncConnection, page: Page) -> Changed:
            result = Result(change=_needed(team, page.now, change), deed=deed)
            moved = page.enter(reference, result, None)
            if moved.after != moved.before:
                page.tell(moved.after.having(by=deed.by, reason=why))
            return moved

        async with self._database.in_time():
            return await self._ledger.run(unit, reference)


def _needed(team: str, at: datetime, change: Callable[[Call, datetime], Call]) -> Change:
    def changed(call: Call) -> Call:
        if call.team != team or not hand_over.needs_somebody(call):
            raise TooLate
        return change(call, at)

    return changed

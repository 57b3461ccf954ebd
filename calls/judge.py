"""A draft is judged: read, and held against all that its workspace has decided."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from calls import choices, facts, hours, local_time, policy, reading, store
from calls.errors import NotAllowed, Reason
from calls.facts import Look
from calls.model import Call
from calls.order import Draft, Order, Origin
from calls.policy import Facts, Question
from calls.reading import Reading
from calls.review import Review
from calls.settings import Settings
from calls.standing import Standing
from calls.workspace import Workspace
from calls.workspaces import Workspaces


class Asked(NamedTuple):
    """What somebody asks for: a draft, for a conversation, with what Slack tells of both."""

    draft: Draft
    origin: Origin
    standing: Standing


class Brief(NamedTuple):
    """A draft as it was read, and the workspace by which it is to be judged."""

    workspace: Workspace
    seen: Look
    found: Reading

    @property
    def number(self) -> str:
        """The number to call, empty where the draft holds none."""
        return self.found.order.number


class Judged(NamedTuple):
    """A draft's order, what is known of it, what speaks against it, and what must be asked."""

    order: Order
    facts: Facts
    reasons: tuple[Reason, ...]
    question: Question

    def check(self) -> None:
        """Raise ``NotAllowed`` with all that speaks against it."""
        policy.check(self.reasons, self.question)


class Judge:
    """Judge drafts, on connections that are handed in."""

    def __init__(self, workspaces: Workspaces, settings: Settings) -> None:
        self._workspaces = workspaces
        self._settings = settings
        self._hours = hours.read(settings.calling_hours)

    async def read(
        self, connection: AsyncConnection, asked: Asked, now: datetime, *, hold: bool
    ) -> Brief:
        """Read a draft; ``hold`` the workspace as it is until the transaction ends."""
        team = asked.origin.team
        workspace = self._workspaces.known(team)
        found = await self._read(connection, asked, workspace, now)
        number = found.order.number
        seen = await facts.look(connection, self._workspaces, team, number, hold=hold)
        if seen.version != workspace.version:
            workspace = await self._workspaces.at(connection, team, seen.version)
            found = await self._read(connection, asked, workspace, now)
        return Brief(workspace, seen, found)

    async def _read(
        self, connection: AsyncConnection, asked: Asked, workspace: Workspace, now: datetime
    ) -> Reading:
        draft, origin = asked.draft, asked.origin
        like = await store.get(connection, draft.like) if draft.like else None
        like = like if like and like.team == origin.team else None
        directory, region = workspace.directory, self._settings.default_region
        draft = choices.completed(draft, directory.or_settings(self._settings), origin.channel)
        return reading.read(draft, region, like, directory, now)

    async def rivals(
        self, connection: AsyncConnection, asked: Asked, brief: Brief, now: datetime
    ) -> list[Call]:
        """Return the call that the gesture has placed, and others to the number that matter."""
        since = now - timedelta(minutes=brief.workspace.rules.same_number or 0)
        origin = asked.origin
        return await store.rivals(connection, origin.gesture, origin.team, brief.number, since)

    async def judge(
        self,
        connection: AsyncConnection,
        asked: Asked,
        brief: Brief,
        rivals: Sequence[Call],
        now: datetime,
    ) -> Judged:
        """Tell all that speaks against a draft."""
        origin = asked.origin
        order = policy.located(brief.found.order, now)
        if origin.trial:  # who is called need not be chased: it is oneself
            order = order.having(again=None)
        known = facts.known(brief.seen, brief.workspace, order, self._hours)
        known = await facts.with_placed(connection, known, origin.team, origin.asked_by, now)
        if origin.trial:  # it reports to who asked, wherever the assistant's calls may report
            known = known.having(assistant=None)
        reasons = (
            *brief.found.reasons,
            *_timely(policy.refusals(order, known, now), brief.found),
            *policy.refusals_of_placing(origin.channel, known, asked.standing),
        )
        reasons += self._untimely(order.hour, reasons, now)
        earlier = _unconfirmed(rivals, asked.draft.confirmed)
        return Judged(order, known, reasons, policy.question(order, known, reasons, earlier, now))

    def _untimely(
        self, hour: datetime | None, others: Sequence[Reason], now: datetime
    ) -> tuple[Reason, ...]:
        """Refuse an hour at which nobody would be dialled any more, or not for long.

        A form may stay open for days. Where another hour is offered anyway, that is enough.
        """
        if hour is None or any(reason.key == policy.CLOSED for reason in others):
            return ()
        if hour + timedelta(seconds=self._settings.dial_within) <= now:
            return (Reason(key="refused.hour.over", field="hour"),)
        if hour > now + local_time.FARTHEST + hours.LOOK_AHEAD:
            return (Reason(key="refused.hour.far", field="hour"),)
        return ()

    async def review(self, connection: AsyncConnection, asked: Asked, now: datetime) -> Review:
        """Judge a draft as if it were placed, and write nothing."""
        brief = await self.read(connection, asked, now, hold=False)
        rivals = await self.rivals(connection, asked, brief, now)
        judged = await self.judge(connection, asked, brief, rivals, now)
        reasons: tuple[Reason, ...] = ()
        try:
            judged.check()
        except NotAllowed as fault:
            reasons = fault.reasons
        return Review(
            order=None if brief.found.reasons else judged.order,
            reasons=reasons,
            directory=brief.workspace.directory.or_settings(self._settings),
            pause=self.pause(brief.workspace),
            waits=policy.waits_for(judged.facts),
        )

    def pause(self, workspace: Workspace) -> float:
        """Return how many seconds a call that is not scheduled can be cancelled for."""
        undo = workspace.rules.undo_seconds
        return self._settings.undo_seconds if undo is None else undo


def _timely(reasons: Sequence[Reason], found: Reading) -> Iterator[Reason]:
    """Leave out what is told already, and what speaks against dialling now where later is meant."""
    later = found.order.hour is None and any(one.field in ABOUT_WHEN for one in found.reasons)
    for reason in reasons:
        if reason not in found.reasons and not (later and reason.field == "hour"):
            yield reason


ABOUT_WHEN = {local_time.DAY_FIELD, local_time.TIME_FIELD}


def _unconfirmed(others: Sequence[Call], confirmed: str | None) -> Call | None:
    """Return the other call to the number that matters most, unless that was confirmed."""
    live = [call for call in others if call.status.live]
    last = (live or others)[-1:]
    return last[0] if last and last[0].reference != confirmed else None

"""A call that waits is moved to another hour, if it may be dialled then."""

from datetime import UTC, datetime

from calls import hours, local_time, policy
from calls.audit import Action, Deed
from calls.clock import now
from calls.errors import NotAllowed, Reason, TooLate
from calls.ledger import Ledger
from calls.model import Call
from calls.policy import Facts
from calls.settings import Settings
from calls.status import Status
from calls.workspace import Workspace
from calls.workspaces import Workspaces


class Moving:
    """Move calls."""

    def __init__(self, ledger: Ledger, workspaces: Workspaces, settings: Settings) -> None:
        self._ledger = ledger
        self._workspaces = workspaces
        self._hours = hours.read(settings.calling_hours)

    async def move(
        self, reference: str, team: str, hour: datetime, by: str, place: str = ""
    ) -> Call:
        """Have a call dialled at another hour; raise ``TooLate`` where it is dialled already.

        Raises ``NotAllowed`` where it may not be dialled then, ``Unsettled`` with the next hour at
        which it may. The do-not-call list is asked again when it is dialled.
        """
        at = now()
        if hour <= at:
            raise _refused("past")
        if hour > at + local_time.FARTHEST:
            raise _refused("far")
        workspace = await self._workspaces.newest(team)

        def elsewhen(call: Call) -> Call:
            if call.team != team or call.status is not Status.QUEUED:
                raise TooLate
            found = policy.zoned(call.having(hour=hour), at)
            self._judge(found, workspace, at)
            return call.having(zone=found.zone).moved(hour)

        told = {"hour": hour.astimezone(UTC).isoformat()}
        deed = Deed(action=Action.MOVED, by=by, place=place, told=told)
        return (await self._ledger.change(reference, elsewhen, deed)).after

    def _judge(self, call: Call, workspace: Workspace, at: datetime) -> None:
        known = Facts(rules=workspace.rules, hours=workspace.rules.hours or self._hours)
        reasons = policy.refusals(call, known, at)
        policy.check(reasons, policy.question(call, known, reasons, None, at))


def _refused(why: str) -> NotAllowed:
    return NotAllowed([Reason(key=f"refused.hour.{why}", field="hour")])

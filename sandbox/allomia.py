"""A stand-in AlloMia over real HTTP: it places calls, ends them as told, and fails as told."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from sandbox.allomia_api import (
    ASSISTANT_ID,
    ORGANIZATION_ID,
    PHONE_NUMBER_ID,
    Api,
    Hook,
)
from sandbox.allomia_bell import Bell, Ring
from sandbox.allomia_calls import OUT, Ending, PlacedCall, Plan
from sandbox.allomia_faults import DOCUMENTED_ERRORS, Answer
from sandbox.allomia_log import Writing
from sandbox.allomia_rules import DETAILS
from sandbox.traffic import Stage

__all__ = [
    "ASSISTANT_ID",
    "DETAILS",
    "DOCUMENTED_ERRORS",
    "ORGANIZATION_ID",
    "OUT",
    "PHONE_NUMBER_ID",
    "AlloMia",
    "Answer",
    "Hook",
    "PlacedCall",
    "Stage",
]

T = TypeVar("T")


@dataclass(kw_only=True, eq=False)
class AlloMia(Api):
    """AlloMia as a test or a newcomer plays it; `async with` serves it."""

    plans: dict[str | None, Plan] = field(default_factory=dict)  # by number; None: any other
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack, init=False)

    async def __aenter__(self) -> Self:
        """Begin to serve."""
        await self.start()
        self._bell = await self._stack.enter_async_context(Bell(self.traffic))
        self._stack.push_async_callback(self.end_tasks)
        self._stack.push_async_callback(self.stop)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop serving, ringing and waiting."""
        await self._stack.aclose()

    def dialled(self, number: str | None = None) -> list[PlacedCall]:
        """Return every call that was really placed, of one number if given."""
        return [call for call in self.calls.values() if number in (None, call.number)]

    async def until(self, condition: Callable[[], T | None], within: float = 30) -> T:
        """Wait until the condition holds, at most `within` seconds, and return what it returned."""
        return await self.traffic.until(condition, within)

    def answer_create(self, *, times: int | None = 1, **answer: Unpack[Answer]) -> None:
        """Script the next `times` answers (None: all) to requests that deserve a call."""
        self._creates.add(answer, times)

    def next_create(self, name: str, *, times: int | None = 1, **more: Unpack[Answer]) -> None:
        """Script an error of DOCUMENTED_ERRORS, some of it otherwise if given."""
        self._creates.add({**DOCUMENTED_ERRORS[name], **more}, times)

    @property
    def next_creates(self) -> list[str]:
        """Return which of DOCUMENTED_ERRORS the next requests to place a call will meet."""
        return self._creates.names()

    def answer_status(
        self,
        call_id: str | None = None,
        *,
        bodies: Iterable[Any] = (),
        times: int | None = 1,
        **answer: Unpack[Answer],
    ) -> None:
        """Script the next answers about one call or any: one after the other the bodies, or one."""
        sequence: list[Answer] = [{**answer, "json": body} for body in bodies]
        for one in sequence or [answer]:
            self._statuses.add(one, times, call_id)

    def answer_log(
        self, *, record: str | None = None, times: int | None = 1, **answer: Unpack[Answer]
    ) -> None:
        """Script the next answers of the call log, or those about one of its records."""
        (self._records if record else self._lists).add(answer, times, record)

    def writes(self, number: str | None = None, **how: Any) -> None:  # noqa: ANN401
        """Choose how the records of calls that end from now on, to one number if given, appear."""
        self.call_log.writings[number] = Writing(**how)

    def mend(self) -> None:
        """Forget all scripted answers; the organization is active and the key may dial."""
        self._creates.clear()
        self._statuses.clear()
        self._lists.clear()
        self._records.clear()
        self.active = self.may_dial = True

    def plan(
        self,
        *,
        status: str = "completed",
        after: float = 0.5,
        ring: int = 1,
        number: str | None = None,
        **how: Unpack[Ending],
    ) -> None:
        """Let calls placed from now on, of one number if given, end so after some seconds."""
        self.plans[number] = Plan(status, after, ring, how)

    async def end(
        self, call_id: str, status: str = "completed", *, ring: int = 1, **how: Unpack[Ending]
    ) -> list[int]:
        """End a call and ring so often; return what the callbacks were answered."""
        call = self.calls[call_id]
        call.end(status, **how)
        self.call_log.write(call)
        self.traffic.notify()
        return await self._bell.ring(call, times=ring)

    async def ring(self, call_id: str | None = None, **how: Unpack[Ring]) -> list[int]:
        """Ring about a call, or forge it; return what each callback was answered, 0: nothing."""
        return await self._bell.ring(self.calls[call_id] if call_id else None, **how)

    def placed(self, call: PlacedCall) -> None:
        """Keep a call that begins, and end it later if that is planned."""
        super().placed(call)
        if plan := self.plans.get(call.number, self.plans.get(None)):
            self.spawn(self._follow(call, plan))

    async def _follow(self, call: PlacedCall, plan: Plan) -> None:
        await asyncio.sleep(plan.after)
        if call.status == "calling":
            await self.end(call.outbound_call_id, plan.status, ring=plan.ring, **plan.how)

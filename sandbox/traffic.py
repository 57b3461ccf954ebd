"""What the app and the stand-ins said to each other, in order, and how to wait for more."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

T = TypeVar("T")
Party = Literal["app", "slack", "allomia", "person"]
Stage = Literal["arrived", "stored", "answered"]  # of a request; arrived: nothing is done yet


@dataclass(frozen=True)
class Exchange:
    """One request and its answer; secrets are left out by whoever records it."""

    at: float  # seconds since the log began, when the request was made
    sender: Party
    receiver: Party
    what: str  # a Web API method, "POST /api/outbound", "slash_command", "view_submission", ...
    request: Any  # parsed, JSON-able
    status: int | None  # None: no answer came
    answer: Any
    seconds: float
    deliberate: bool = False  # bad on purpose: a forged request, a scripted fault

    def __str__(self) -> str:
        """Put the exchange on one line, shortened."""
        asked, told = (json.dumps(x, default=str)[:300] for x in (self.request, self.answer))
        way = f"{self.at:8.3f} {self.sender} -> {self.receiver}"
        return f"{way} {self.what} {asked} => {self.status} {told} ({self.seconds:.3f}s)"


@dataclass
class Traffic:
    """The log of a rehearsal; one may be shared by several stand-ins."""

    clock: Callable[[], float] = time.monotonic
    log: list[Exchange] = field(default_factory=list)
    changes: int = 0  # how often something has changed
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Remember when the log began."""
        self._began = self.clock()

    def now(self) -> float:
        """Return the seconds since the log began."""
        return self.clock() - self._began

    def record(
        self,
        sender: Party,
        receiver: Party,
        what: str,
        request: object,
        *,
        at: float,
        status: int | None = None,
        answer: object = None,
        deliberate: bool = False,
    ) -> Exchange:
        """Note an exchange that began `at` (from `now()`) and is over now."""
        seconds = self.now() - at
        exchange = Exchange(
            at, sender, receiver, what, request, status, answer, seconds, deliberate=deliberate
        )
        self.log.append(exchange)
        self.notify()
        return exchange

    def notify(self) -> None:
        """Wake everybody who waits: something has changed."""
        self.changes += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def after(self, seen: int) -> int:
        """Wait until there are more changes than those seen, and return how many there are."""
        while self.changes == seen:
            await self._changed.wait()
        return self.changes

    async def until(self, condition: Callable[[], T | None], within: float = 30) -> T:
        """Wait until the condition holds, at most `within` seconds, and return what it returned."""
        try:
            async with asyncio.timeout(within):
                while not (value := condition()):
                    await self._changed.wait()
        except TimeoutError:
            last = "\n".join(str(exchange) for exchange in self.log[-12:])
            raise AssertionError(f"not within {within} s; the last exchanges:\n{last}") from None
        return value

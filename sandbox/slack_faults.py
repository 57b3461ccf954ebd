"""What goes wrong at Slack when a rehearsal asks for it."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypedDict

from aiohttp import web

from sandbox.blocks import JSON
from sandbox.traffic import Stage

Hook = Callable[[Stage, str, JSON], Awaitable[None] | None]  # given what is asked, and how


@dataclass(frozen=True)
class Reply:
    """An HTTP answer of Slack."""

    body: JSON | str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> str:
        """Return the body as it goes over the wire."""
        return self.body if isinstance(self.body, str) else json.dumps(self.body)

    @property
    def content_type(self) -> str:
        """Return what kind of body this is."""
        return "text/html" if isinstance(self.body, str) else "application/json"

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Send it, if anybody still listens."""
        response = web.Response(
            text=self.content,
            status=self.status,
            content_type=self.content_type,
            headers=self.headers,
        )
        with suppress(ConnectionError):
            await response.prepare(request)
            await response.write_eof()
        return response


class How(TypedDict, total=False):
    """What can be asked of a fault."""

    error: str | None
    status: int
    retry_after: float | None
    delay: float
    hang: bool
    lose_reply: bool
    drop: bool
    times: int | None
    channel: str | None
    needed: str | None


@dataclass
class Fault:
    """One thing that goes wrong, a number of times."""

    method: str  # "*": any
    error: str | None = None  # Slack's word for it
    status: int = 200  # 429 as Slack says it; 5xx, without `error`, as a proxy before it does
    retry_after: float | None = None  # seconds
    delay: float = 0  # seconds before anything is carried out
    hang: bool = False  # nothing is carried out, the connection stays
    lose_reply: bool = False  # carried out, then the connection is closed
    drop: bool = False  # closed before anything is carried out
    times: int | None = 1  # None: until mended
    channel: str | None = None  # only there
    needed: str | None = None  # the scope of a missing_scope

    def meets(self, method: str, channel: object) -> bool:
        """Tell whether it strikes a request of this method in this channel."""
        if self.method not in ("*", method) or self.times == 0:
            return False
        return self.channel in (None, channel)

    def reply(self) -> Reply | None:
        """Return what Slack answers instead, if it still answers as usual: None."""
        limited = self.status == HTTPStatus.TOO_MANY_REQUESTS or self.retry_after is not None
        if self.error is None and self.status == HTTPStatus.OK and not limited:
            return None
        if limited:
            wait = {} if self.retry_after is None else {"Retry-After": f"{self.retry_after:g}"}
            return Reply({"ok": False, "error": self.error or "ratelimited"}, 429, wait)
        if self.error is None:  # a proxy in front of Slack speaks no JSON
            return Reply("upstream connect error or disconnect/reset before headers", self.status)
        needed = {"needed": self.needed} if self.needed else {}
        return Reply({"ok": False, "error": self.error, **needed}, self.status)


@dataclass
class Faults:
    """The faults that are scripted, in the order in which they strike."""

    scripted: list[Fault] = field(default_factory=list)

    def take(self, method: str, channel: object) -> Fault | None:
        """Return the fault that this request meets, counting it."""
        fault = next((f for f in self.scripted if f.meets(method, channel)), None)
        if fault and fault.times is not None:
            fault.times -= 1
        return fault

    def script(self, fault: Fault) -> None:
        """Let something go wrong, after whatever was scripted before."""
        self.scripted.append(fault)

    def mend(self, method: str = "*") -> None:
        """Forget the faults of a method, or all of them."""
        self.scripted = [f for f in self.scripted if method not in ("*", f.method)]

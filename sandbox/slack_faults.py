"""What goes wrong at Slack when a rehearsal asks for it."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field

from sandbox.blocks import JSON


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
        return "text/plain" if isinstance(self.body, str) else "application/json"


@dataclass
class Fault:
    """One thing that goes wrong, a number of times."""

    method: str = "*"
    error: str | None = None
    status: int = 200
    retry_after: float | None = None
    delay: float = 0
    hang: bool = False
    lose_reply: bool = False
    drop: bool = False
    times: int | None = 1  # None: until mended
    channel: str | None = None
    needed: str | None = None

    def meets(self, method: str, channels: Collection[str]) -> bool:
        """Tell whether it strikes a request of this method about one of these channels."""
        if self.method not in ("*", method) or self.times == 0:
            return False
        return self.channel is None or self.channel in channels

    def reply(self) -> Reply | None:
        """Return what Slack answers instead, if it still answers as usual: None."""
        if self.error is None and self.status == 200 and self.retry_after is None:  # noqa: PLR2004
            return None
        if self.retry_after is not None or self.status == 429:  # noqa: PLR2004
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

    def take(self, method: str, channels: Collection[str]) -> Fault | None:
        """Return the fault that this request meets, counting it."""
        fault = next((f for f in self.scripted if f.meets(method, channels)), None)
        if fault and fault.times is not None:
            fault.times -= 1
        return fault

    def mend(self, method: str = "*") -> None:
        """Forget the faults of a method, or all of them."""
        self.scripted = [f for f in self.scripted if method not in ("*", f.method)]

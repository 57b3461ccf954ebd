"""What Slack hands out for a while: triggers (once, three seconds), response URLs (five times)."""

import itertools
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

TRIGGER_SECONDS = 3
RESPONSE_URL_SECONDS = 30 * 60
RESPONSE_URL_USES = 5


class Refused(Exception):
    """Slack says no: `{"ok": false, "error": ...}`."""

    def __init__(self, error: str, **more: object) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


@dataclass
class Trigger:
    """The right to open one view for the person who has just done something."""

    issued: float
    user: str
    channel: str | None  # where it was done, for default_to_current_conversation
    used: bool = False


@dataclass
class ResponseUrl:
    """The right to answer where something was done, wherever that is."""

    issued: float
    user: str
    channel: str
    source: str | None  # ts of the message whose button was pressed
    uses: int = 0


@dataclass
class Tickets:
    """All the triggers and response URLs handed out; `base` is the stand-in's own address."""

    clock: Callable[[], float] = time.monotonic
    base: str = ""
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def trigger(self, user: str, channel: str | None = None) -> str:
        """Hand out a trigger id."""
        name = f"{next(self._numbers)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[name] = Trigger(self.clock(), user, channel)
        return name

    def exchange(self, trigger_id: object) -> Trigger:
        """Take a trigger back, once and in time, or refuse it in Slack's words."""
        trigger = self.triggers.get(str(trigger_id))
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self.clock() - trigger.issued > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def response_url(self, user: str, channel: str, source: str | None = None) -> str:
        """Hand out a response URL, for a message's button with the message's ts."""
        name = secrets.token_urlsafe(18)
        self.response_urls[name] = ResponseUrl(self.clock(), user, channel, source)
        return f"{self.base}/response/{name}"

    def use(self, name: str) -> ResponseUrl:
        """Count one use of a response URL, or refuse it."""
        found = self.response_urls.get(name)
        if found is None or self.clock() - found.issued > RESPONSE_URL_SECONDS:
            raise Refused("expired_url")
        if found.uses == RESPONSE_URL_USES:
            raise Refused("used_url")
        found.uses += 1
        return found

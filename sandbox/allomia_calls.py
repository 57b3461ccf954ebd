"""A call as the stand-in AlloMia knows it, how it may end, and what is told about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Any, TypedDict, Unpack
from uuid import uuid4


class Absent(Enum):
    """Stands where a key is left out."""

    OUT = "out"


OUT = Absent.OUT

DAY = 86_400

# Seconds and reason per final status. The documentation lists neither: these are plausible.
ENDINGS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "completed": (42, "customer-ended-call"),
        "no-answer": (0, "customer-did-not-answer"),
        "busy": (0, "customer-busy"),
        "failed": (0, "call-start-error"),
    }
)


class Ending(TypedDict, total=False):
    """What `callDetails` says, field by field or whole, however odd; OUT leaves it out."""

    duration: Any  # seconds
    reason: Any
    details: Any


@dataclass(frozen=True)
class Plan:
    """When calls end by themselves, how, and how often it rings then."""

    status: str
    after: float  # seconds
    ring: int
    how: Ending


@dataclass
class PlacedCall:
    """A call that somebody's phone rings for."""

    body: dict[str, Any]  # as received
    status: str = "calling"
    details: Any = OUT
    asked: int = 0  # how often its status was asked
    rings: list[int] = field(default_factory=list)  # what its callbacks were answered, 0: nothing
    outbound_call_id: str = field(default_factory=lambda: str(uuid4()))
    contact_id: str = field(default_factory=lambda: str(uuid4()))
    placed_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def number(self) -> str:
        """Return the number dialled, as received."""
        return str(self.body["phoneNumber"])

    @property
    def callback_url(self) -> str | None:
        """Return where its end is to be told, if anywhere."""
        return self.body.get("callbackUrl")

    def created(self) -> dict[str, str]:
        """Return the answer to the request that placed it."""
        return {
            "outboundCallId": self.outbound_call_id,
            "contactId": self.contact_id,
            "status": "calling",
            "message": "Outbound call dispatched",
        }

    def told(self, **otherwise: object) -> dict[str, Any]:
        """Return the answer to a status request, some keys otherwise or OUT if given."""
        told = {
            "outboundCallId": self.outbound_call_id,
            "contactId": self.contact_id,
            "status": self.status,
            "callDetails": self.details,
            **otherwise,
        }
        return {key: value for key, value in told.items() if value is not OUT}

    def end(self, status: str, **how: Unpack[Ending]) -> None:
        """Give it its last status, and what `callDetails` has to say."""
        seconds, why = ENDINGS.get(status, ENDINGS["completed"])
        duration, ended = how.get("duration", seconds), datetime.now(UTC)
        plausible = isinstance(duration, int | float) and 0 <= duration < DAY
        lasted = duration if plausible else seconds
        usual = {
            "startedAt": _iso(ended - timedelta(seconds=lasted)),
            "endedAt": _iso(ended),
            "duration": duration,
            "endedReason": how.get("reason", why),
        }
        usual = {name: value for name, value in usual.items() if value is not OUT}
        self.status, self.details = status, how.get("details", usual)


def _iso(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""AlloMia's call log as the stand-in keeps it: records appear late, never, twice, or look odd."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from sandbox.allomia_calls import OUT, PlacedCall
from sandbox.allomia_faults import Reply

JSON = dict[str, Any]
KINDS = ("Inbound", "Outbound", "Web")
SHORT = (  # what the list tells of a record
    *("id", "organizationId", "callType", "agentId", "agentName", "teamId", "teamName"),
    *("phoneNumber", "callStartedAt", "callEndedAt", "callDurationSeconds", "userPhoneNumber"),
    "createdAt",
)
CONFIRMED: Mapping[str, Any] = MappingProxyType(
    {
        "callOutcome": "appointment_confirmed",
        "userSentiment": "positive",
        "userPrimaryIntent": "confirm an appointment",
        "callSummary": "The person confirmed the appointment and asked where to park.",
        "callSummaryFr": "La personne a confirmé le rendez-vous et demandé où se garer.",
    }
)
VOICEMAIL: Mapping[str, Any] = MappingProxyType(
    {
        "callOutcome": "voicemail_left",
        "userSentiment": "neutral",
        "userPrimaryIntent": "",
        "callSummary": "A voicemail answered. The assistant left a message.",
        "callSummaryFr": "Une boîte vocale a répondu. L’assistant a laissé un message.",
    }
)
CALL_BACK: Mapping[str, Any] = MappingProxyType(
    {
        "callOutcome": "callback_requested",
        "userSentiment": "neutral",
        "userPrimaryIntent": "talk_to_a_person",
        "callSummary": "The person has a question, and asked that somebody calls back.",
        "callSummaryFr": "La personne a une question et demande qu’on la rappelle.",
    }
)
WRONG_NUMBER: Mapping[str, Any] = MappingProxyType(
    {
        "callOutcome": "wrong_number",
        "userSentiment": "neutral",
        "userPrimaryIntent": "",
        "callSummary": "Somebody else answered: the number is not that of the person called.",
        "callSummaryFr": "Quelqu’un d’autre a répondu : ce n’est pas le bon numéro.",
    }
)
NEVER_AGAIN: Mapping[str, Any] = MappingProxyType(
    {
        "callOutcome": "appointment_cancelled",
        "userSentiment": "negative",
        "userPrimaryIntent": "cancel the appointment",
        "callSummary": "The person cancelled and said: do not call me again.",
        "callSummaryFr": "La personne a annulé et a dit : ne me rappelez plus.",
    }
)
TRANSCRIPT = (
    "Assistant: Hello, this is the clinic. Can you confirm your appointment?\n"
    "User: Yes, I will be there.\n"
    "Assistant: Thank you. Good-bye!\n"
)
SAID_CALL_BACK = (
    "Assistant: Hello, this is the clinic. Can you confirm your appointment?\n"
    "User: I have a question first. Can somebody call me back?\n"
    "Assistant: I pass it on. Good-bye.\n"
)
SAID_WRONG_NUMBER = (
    "Assistant: Hello, this is the clinic. Can you confirm your appointment?\n"
    "User: You have the wrong number.\n"
    "Assistant: I am sorry. Good-bye.\n"
)
SAID_NEVER = (
    "Assistant: Hello, this is the clinic. Can you confirm your appointment?\n"
    "User: No, cancel it. And do not call me again.\n"
    "Assistant: I understand. Good-bye.\n"
)
SAID_TO_A_VOICEMAIL = (
    "Assistant: Hello, this is the clinic. Please call us about your appointment. Good-bye!\n"
)


@dataclass(frozen=True)
class Writing:
    """How the record of a call is written: after some seconds, None: never; so many of them."""

    after: float | None = 0.0
    times: int = 1
    same_id: bool = False  # as the call's own; documented nowhere
    fields: Mapping[str, Any] = field(
        default_factory=lambda: CONFIRMED
    )  # whatever differs; OUT leaves it out
    transcript: str = TRANSCRIPT


USUAL = Writing()


@dataclass
class Written:
    """One record."""

    told: JSON
    seen_at: float  # on the monotonic clock
    transcript: str

    @property
    def seen(self) -> bool:
        """Tell whether it is there already."""
        return time.monotonic() >= self.seen_at


@dataclass(kw_only=True)
class CallLog:
    """The records of one organization."""

    organization: str
    most: int = 50  # entries a page
    writings: dict[str | None, Writing] = field(default_factory=lambda: {None: USUAL})  # by number
    records: list[Written] = field(default_factory=list)
    files: dict[str, Written] = field(default_factory=dict)  # by the secret of their links

    def write(self, call: PlacedCall) -> None:
        """Write the record of a call that has ended, if it is to have one."""
        how = self.writings.get(call.number, self.writings.get(None, USUAL))
        reached = call.status not in ("busy", "no-answer", "failed")
        if how.after is None or not (reached or call.number in self.writings):
            return
        for n in range(how.times):
            name = call.outbound_call_id if how.same_id and n == 0 else str(uuid4())
            told = {**self._usual(call), "id": name, **how.fields}
            told = {key: value for key, value in told.items() if value is not OUT}
            seen_at = time.monotonic() + how.after
            self.records.append(Written(told, seen_at, how.transcript))

    def _usual(self, call: PlacedCall) -> JSON:
        details = call.details if isinstance(call.details, dict) else {}
        now = datetime.now(UTC)
        duration = details.get("duration", 0)
        return {
            "organizationId": self.organization,
            "callType": "Outbound",
            "agentId": call.body["assistantId"],
            "agentName": "Reception",
            "teamId": None,
            "teamName": None,
            "phoneNumber": "+15145550100",
            "userPhoneNumber": call.number,
            "userName": call.body.get("customerName", ""),
            "callStartedAt": details.get("startedAt", call.placed_at.isoformat()),
            "callEndedAt": details.get("endedAt", now.isoformat()),
            "callDurationSeconds": str(duration),
            "callEndedReason": details.get("endedReason", ""),
            "createdAt": now.isoformat(),
        }

    def listed(self, asked: Mapping[str, str]) -> Reply:
        """Answer `GET /api/calls`."""
        if asked.get("organizationId") != self.organization:
            return Reply(404, {"error": "Organization not found"})
        long_ago, far = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        since, until = _instant(asked.get("from"), long_ago), _instant(asked.get("to"), far)
        page, limit = _number(asked.get("page", "1")), _number(asked.get("limit", "20"))
        fits = (
            asked.get("callType", "Outbound") in KINDS
            and since is not None
            and until is not None
            and since <= until
            and page >= 1
            and 1 <= limit <= self.most
        )
        if not fits or since is None or until is None:
            return Reply(400, {"error": "Invalid query"})
        kind = asked.get("callType")
        found = [
            one.told
            for one in reversed(self.records)
            if one.seen
            and kind in (None, one.told.get("callType"))
            and since <= (_instant(one.told.get("callStartedAt")) or since) <= until
        ]
        pages = ceil(len(found) / limit)
        shown = found[(page - 1) * limit : page * limit]
        pagination = {
            "page": page,
            "limit": limit,
            "total": len(found),
            "totalPages": pages,
            "hasNextPage": page < pages,
            "hasPreviousPage": page > 1,
        }
        calls = [{key: one[key] for key in SHORT if key in one} for one in shown]
        return Reply(200, {"calls": calls, "pagination": pagination})

    def one(self, name: str, asked: Mapping[str, str], link: Callable[[str], str]) -> Reply:
        """Answer `GET /api/calls/{id}`, with links that nobody had before."""
        found = next((one for one in self.records if one.seen and one.told.get("id") == name), None)
        if found is None or asked.get("organizationId") != self.organization:
            return Reply(404, {"error": "Call not found"})
        secret = secrets.token_hex(8)
        self.files[secret] = found
        links = {
            "transcriptUrl": link(f"/files/{secret}/transcript.txt"),
            "recordingUrl": link(f"/files/{secret}/recording.wav"),
        }
        told = {**links, **found.told}
        return Reply(200, {key: value for key, value in told.items() if value is not OUT})


def _instant(value: object, usual: datetime | None = None) -> datetime | None:
    """Read an instant; None where it is none, or as usual where it is left out."""
    if value is None:
        return usual
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0

"""What AlloMia's answers mean: pure reading, tolerant of all that the contract leaves open."""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from calls.errors import AlloMiaRefused, AlloMiaUnavailable, AlloMiaUncertain, Reason
from calls.frozen import Frozen
from calls.numbers import hidden
from calls.order import Order
from calls.outcome import Outcome
from calls.status import Status
from calls.words import clean

IDENTIFIER = re.compile(r"(?=.*[0-9A-Za-z])[0-9A-Za-z._:-]{1,128}")
WORDS = 300  # characters of AlloMia's own words that are kept
UNCUT = 3000  # characters that are read at all
DETAILS = 10  # entries of them
LONGEST_CALL = 7 * 86400  # seconds; a longer duration is a mistake

FIELDS = {
    "phoneNumber": "number",
    "assistantId": "assistant",
    "phoneNumberId": "caller",
    "customerName": "name",
    "dynamicVariables": "variables",
}
REFUSALS = {400: "invalid", 401: "key", 403: "forbidden", 404: "not_found", 422: "inactive"}
UNREADABLE_STATUS = {401: "key", 403: "forbidden", 404: "not_found"}
FINAL = {
    status.value: status
    for status in (Status.COMPLETED, Status.BUSY, Status.NO_ANSWER, Status.FAILED)
}


class Answer(Frozen):
    """An HTTP answer, read to its end; header names are in lower case."""

    status: int
    headers: Mapping[str, str] = {}
    content: bytes = b""

    @property
    def fields(self) -> dict[str, Any]:
        """The JSON object of the body; empty where the body is anything else."""
        try:
            found = json.loads(self.content)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class Dispatched(Frozen):
    """AlloMia has placed the call under this id."""

    outbound_call_id: str
    contact_id: str | None = None


class Progress(Frozen):
    """What AlloMia says of a call; without an ``outcome`` it is not over."""

    word: str
    outcome: Outcome | None = None


def dispatched(answer: Answer, order: Order) -> Dispatched:
    """Read the answer to ``POST /api/outbound``, or raise the error that says what to do."""
    if 200 <= answer.status < 300:  # noqa: PLR2004
        found = answer.fields
        if name := identifier(found.get("outboundCallId")):
            return Dispatched(outbound_call_id=name, contact_id=identifier(found.get("contactId")))
        raise AlloMiaUncertain(Reason(key="allomia.garbled"))
    if answer.status == 429:  # noqa: PLR2004
        raise AlloMiaUnavailable(Reason(key="allomia.busy"), retry_after(answer))
    status = {"status": str(answer.status)}
    if answer.status < 400 or answer.status == 408 or answer.status >= 500:  # noqa: PLR2004
        raise AlloMiaUncertain(Reason(key="allomia.trouble", values=status))
    values = status | {"assistant": order.assistant_id, "caller": order.phone_number_id}
    key = f"allomia.{REFUSALS.get(answer.status, 'refused')}"
    parts = tuple(_discreet(part, order.number) for part in details(answer.fields))
    raise AlloMiaRefused(Reason(key=key, values=values, parts=parts))


def progress(answer: Answer, number: str | None = None) -> Progress:
    """Read the answer to a status request, or raise ``AlloMiaUnavailable``.

    ``number`` is masked where AlloMia repeats it: its words are shown to a whole conversation.
    """
    found = answer.fields
    word = found.get("status")
    if answer.status != 200 or not isinstance(word, str) or not clean(word, WORDS):  # noqa: PLR2004
        # A 404 that is not AlloMia's own, but of another server, tells nothing about a call.
        stranger = answer.status == 404 and not found  # noqa: PLR2004
        why = "trouble" if stranger else UNREADABLE_STATUS.get(answer.status, "trouble")
        raise AlloMiaUnavailable(Reason(key=f"look.{why}"), retry_after(answer))
    word = _masked(clean(word, UNCUT), number)
    known = FINAL.get(word.lower().replace("_", "-"))
    told = found.get("callDetails")
    if word.lower() == "calling" or not (known or isinstance(told, dict)):
        return Progress(word=word)
    return Progress(word=word, outcome=_outcome(known or Status.ENDED, word, told, number))


def _outcome(status: Status, word: str, told: object, number: str | None) -> Outcome:
    found = told if isinstance(told, dict) else {}
    started, ended = instant(found.get("startedAt")), instant(found.get("endedAt"))
    between = (ended - started).total_seconds() if started and ended else None
    duration = seconds(between) if seconds(between) is not None else seconds(found.get("duration"))
    return Outcome(
        status=status,
        word=word,
        duration=duration,
        ended_reason=_masked(_words(found.get("endedReason")), number) or None,
        started_at=started,
        ended_at=ended,
    )


def identifier(value: object) -> str | None:
    """Return an id that may be put into an address, or ``None`` for anything else."""
    return value if isinstance(value, str) and IDENTIFIER.fullmatch(value) else None


def seconds(value: object) -> float | None:
    """Read a duration, a number or a numeric string; ``None`` for what cannot be one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 0 <= number <= LONGEST_CALL else None


def instant(value: object) -> datetime | None:
    """Read an ISO 8601 instant, in UTC where it names no zone; ``None`` for anything else."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found and (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def retry_after(answer: Answer) -> float | None:
    """Read ``Retry-After``, seconds or a date, as seconds from now."""
    wish = answer.headers.get("retry-after", "").strip()
    if wish.isascii() and wish.isdigit():
        return float(wish[:9])
    try:
        at = parsedate_to_datetime(wish)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


def details(found: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Read an error's ``details`` in whatever shape, else its ``error`` or ``message``."""
    entries = found.get("details")
    if isinstance(entries, list) and entries:
        told = [_detail(entry) for entry in entries[:DETAILS]]
    else:
        told = [_said(found.get("error") or found.get("message") or entries or None)]
    return tuple(reason for reason in told if reason.values["words"])


def _detail(entry: object) -> Reason:
    if not isinstance(entry, dict):
        return _said(entry)
    message = entry.get("message", entry.get("msg"))
    if not isinstance(message, str):
        return _said(entry)
    named = next((entry[key] for key in ("field", "path", "param") if entry.get(key)), "")
    path = [str(part) for part in named] if isinstance(named, list) else str(named).split(".")
    field = FIELDS.get(path[0])
    where = ".".join(path[1:] if field else path)
    words = _words(f"{where}: {message}" if where else message)
    return Reason(key="allomia.said", values={"words": words}, field=field)


def _discreet(part: Reason, number: str) -> Reason:
    words = _masked(part.values["words"], number)
    return part.model_copy(update={"values": {"words": words}})


def _said(entry: object) -> Reason:
    return Reason(key="allomia.said", values={"words": _words(entry)})


def _words(value: object) -> str:
    if value is None:
        return ""
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except RecursionError:  # read at the last possible depth
        return ""
    return clean(text, UNCUT)


def _masked(words: str, number: str | None) -> str:
    """Mask a number, then cut: the other way round a part of it could stay."""
    return hidden(words, number)[:WORDS].rstrip()

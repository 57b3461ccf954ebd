"""What the answers of AlloMia's call log mean: pure reading, tolerant of every odd shape."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import phonenumbers

from calls.allomia_answers import Answer, identifier, instant, retry_after, seconds
from calls.errors import AlloMiaUnavailable, Reason
from calls.frozen import Frozen
from calls.numbers import hidden
from calls.record import Record
from calls.words import clean

UNCUT = 6000  # characters of a text that are read at all
WORD, SUMMARY = 300, 2500  # characters that are kept
TROUBLE = {401: "key", 403: "forbidden", 404: "not_found"}
# The names of two fields are not documented: these are what they may be.
OUTCOME = ("calloutcome", "outcome", "callresult")
FRENCH = re.compile(r"(french|frca|fr)(call)?summary|(call)?summary(in)?(frca|french|fr)")


class Entry(Frozen):
    """A line of the call log; ``None`` stands for what cannot be read."""

    id: str | None
    number: str | None
    """The other party's, in E.164."""
    agent: str | None
    started_at: datetime | None
    ended_at: datetime | None


class Page(Frozen):
    """A page of the call log; ``more`` tells whether another one follows."""

    entries: tuple[Entry, ...]
    more: bool


def page(answer: Answer, number: str, asked: int) -> Page:
    """Read a page of ``GET /api/calls``, of which ``asked`` entries were asked for.

    Numbers written without a country are read as of the ``number`` dialled. Raises
    ``AlloMiaUnavailable`` for anything but a page.
    """
    found = answer.fields
    calls = found.get("calls")
    if answer.status != 200 or not isinstance(calls, list):  # noqa: PLR2004
        raise refusal(answer)
    region = _region(number)
    entries = tuple(_entry(one, region) for one in calls if isinstance(one, dict))
    told = found.get("pagination")
    return Page(entries=entries, more=_more(told if isinstance(told, dict) else {}, calls, asked))


def _more(told: Mapping[str, Any], calls: list[Any], asked: int) -> bool:
    if isinstance(more := told.get("hasNextPage"), bool):
        return more
    at, pages = seconds(told.get("page")), seconds(told.get("totalPages"))
    if at is not None and pages is not None:
        return at < pages
    limit = seconds(told.get("limit")) or asked
    return len(calls) >= limit


def _entry(found: Mapping[str, Any], region: str | None) -> Entry:
    agent = identifier(found.get("agentId"))
    return Entry(
        id=identifier(found.get("id")),
        number=_number(found.get("userPhoneNumber"), region),
        agent=agent and agent.lower(),
        started_at=instant(found.get("callStartedAt")),
        ended_at=instant(found.get("callEndedAt")),
    )


def _region(number: str) -> str | None:
    return phonenumbers.region_code_for_number(phonenumbers.parse(number))


def _number(value: object, region: str | None) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        found = phonenumbers.parse(value[:WORD], region)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def same_party(answer: Answer, number: str, assistant: str) -> bool:
    """Tell whether a record says that it is of a call to this number by this assistant."""
    entry = _entry(fields(answer), _region(number))
    return (entry.number, entry.agent) == (number, assistant.lower())


def fields(answer: Answer) -> dict[str, Any]:
    """Return a record's fields, bare or under ``call``."""
    found = answer.fields
    inner = found.get("call")
    return inner if isinstance(inner, dict) and "id" not in found else found


def record(answer: Answer, number: str) -> Record:
    """Read ``GET /api/calls/{id}`` about a call to a number, or raise ``AlloMiaUnavailable``."""
    found = fields(answer)
    name = identifier(found.get("id"))
    if answer.status != 200 or name is None:  # noqa: PLR2004
        raise refusal(answer)
    letters = {re.sub(r"[^a-z]", "", key.lower()): value for key, value in found.items()}

    def told(value: object, most: int = WORD) -> str | None:
        if not isinstance(value, str):
            return None
        return hidden(clean(value, UNCUT), number)[:most].rstrip() or None

    french = next((value for key, value in letters.items() if FRENCH.fullmatch(key)), None)
    summaries = {"en": told(found.get("callSummary"), SUMMARY), "fr": told(french, SUMMARY)}
    outcomes = (told(letters.get(key)) for key in OUTCOME)
    return Record(
        id=name,
        outcome=next((outcome for outcome in outcomes if outcome), None),
        sentiment=told(found.get("userSentiment")),
        intent=told(found.get("userPrimaryIntent")),
        summaries={language: text for language, text in summaries.items() if text},
        ended_reason=told(found.get("callEndedReason")),
        duration=seconds(found.get("callDurationSeconds")),
        transcript=link(found.get("transcriptUrl")) is not None,
        recording=link(found.get("recordingUrl")) is not None,
    )


def link(value: object) -> str | None:
    """Return an address, or ``None`` for anything else."""
    fits = isinstance(value, str) and re.fullmatch(r"https?://[!-~]{1,2900}", value)
    return str(value) if fits else None


def refusal(answer: Answer) -> AlloMiaUnavailable:
    """Tell why an answer is none."""
    stranger = answer.status == 404 and not answer.fields  # noqa: PLR2004 - another server's
    why = "trouble" if stranger else TROUBLE.get(answer.status, "trouble")
    return AlloMiaUnavailable(Reason(key=f"look.{why}"), retry_after(answer))

"""What AlloMia's call log tells of a call, as people read it."""

import re
from datetime import datetime

from slack_sdk.models.blocks import SectionBlock

from calls import agenda
from calls.model import Call
from calls.record import Record
from calls.status import Status
from views.message import section
from views.mrkdwn import Mrkdwn, escaped, shortened
from views.text import Text

SHORT = 400  # characters of a summary where there is little room
LONGEST = 2900  # of one that has a paragraph of its own

# AlloMia names no words for why a call ended: these are in use where voice agents are.
REASONS = {
    "assistant_ended_call": "assistant",
    "assistant_ended_call_after_message_spoken": "assistant",
    "assistant_said_end_call_phrase": "assistant",
    "agent_hangup": "assistant",
    "customer_ended_call": "customer",
    "user_hangup": "customer",
    "hangup": "customer",
    "assistant_forwarded_call": "forwarded",
    "call_transfer": "forwarded",
    "transferred": "forwarded",
    "silence_timed_out": "silence",
    "inactivity": "silence",
    "exceeded_max_duration": "too_long",
    "max_duration_reached": "too_long",
    "customer_did_not_answer": "no_answer",
    "dial_no_answer": "no_answer",
    "no_answer": "no_answer",
    "customer_busy": "busy",
    "dial_busy": "busy",
    "busy": "busy",
    "voicemail": "voicemail",
    "voicemail_reached": "voicemail",
    "machine_detected": "voicemail",
    "call_start_error": "not_started",
    "dial_failed": "not_started",
    "twilio_failed_to_connect_call": "not_started",
    "vonage_failed_to_connect_call": "not_started",
    "invalid_destination": "invalid",
    "manually_canceled": "manually",
}
SAID = {  # by the status already
    Status.BUSY: {"busy"},
    Status.NO_ANSWER: {"no_answer"},
}

NOBODY = {"voicemail", "customer"}  # that a person hung up is not true where a voicemail answered


def _key(word: str) -> str:
    return re.sub(r"[^a-z]+", "_", word.lower()).strip("_")


def ended_reason(call: Call, text: Text) -> Mrkdwn | None:
    """Write why the call ended, in human words or in AlloMia's own; nothing is said twice."""
    told = call.outcome and call.outcome.ended_reason
    reason = told or (call.record and call.record.ended_reason)
    if not reason:
        return None
    known = REASONS.get(_key(reason))
    if known is None:
        return text.mrkdwn("card.ended_reason", reason=reason)
    said = known in SAID.get(call.status, ()) or (call.voicemail and known in NOBODY)
    return None if said else text.mrkdwn(f"ended.{known}")


def facts(record: Record, text: Text) -> Mrkdwn | None:
    """Write outcome, sentiment and intent in one line, as far as they are known."""
    told = {
        "outcome": _word(f"outcome.{_key(record.outcome or '')}", record.outcome, text),
        "sentiment": _word(f"sentiment.{_key(record.sentiment or '')}", record.sentiment, text),
        "intent": record.intent and record.intent.replace("_", " "),
    }
    parts = [text.mrkdwn(f"record.{key}", word=word) for key, word in told.items() if word]
    return Mrkdwn(" · ".join(parts)) if parts else None


def _word(key: str, word: str | None, text: Text) -> str | None:
    """Return one of AlloMia's words in the reader's language, or as it is."""
    return text(key) if text.has(key) else word


def summary(record: Record, text: Text, most: int = LONGEST) -> Mrkdwn | None:
    """Quote the summary, in the reader's language where AlloMia gives it, or say who sees it."""
    if record.withheld:
        return text.mrkdwn("record.withheld")
    found = record.summary(text.language)
    words = shortened(escaped(found or ""), most)
    return text.mrkdwn("record.summary", words=words) if found else None


def lines(call: Call, text: Text, most: int = LONGEST) -> list[Mrkdwn]:
    """Write what is known of the conversation, a paragraph each."""
    if call.record is None or call.erased_at:  # what is left of it is for figures
        return []
    told = facts(call.record, text), summary(call.record, text, most)
    return [line for line in told if line]


def sought(call: Call, now: datetime, text: Text) -> list[SectionBlock]:
    """Draw that no record is known of a call in which somebody answered; none is guessed."""
    if call.outcome is None or call.record or call.erased_at:
        return []
    if call.outcome.status not in agenda.TALKED:
        return []
    key = "record.unmatched" if agenda.next_detail(call, now) is None else "record.sought"
    return [section(text.mrkdwn(key))]


def whole(record: Record, text: Text) -> list[SectionBlock]:
    """Draw all that is known, with the summary in every language there is."""
    blocks = [section(told)] if (told := facts(record, text)) else []
    first = sorted(record.summaries.items(), key=lambda one: one[0] != text.language)
    for language, words in first:
        blocks.append(section(text.mrkdwn(f"record.summary_{language}")))
        told = shortened(escaped(words), LONGEST)
        blocks.append(section(text.mrkdwn("record.summary", words=told)))
    if record.withheld:
        blocks.append(section(text.mrkdwn("record.withheld")))
    return blocks

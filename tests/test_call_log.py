"""AlloMia's call log is read page by page; of odd answers nothing is taken that is not there."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from calls import call_log_answers
from calls.allomia import AlloMia
from calls.allomia_answers import Answer
from calls.call_log import CallLog
from calls.errors import AlloMiaUnavailable
from calls.model import Call
from calls.outcome import Outcome
from calls.record import Record, is_voicemail
from calls.status import Status
from canned import Asked, Serve, canned, written
from examples import NOW, call

NUMBER = call().number
ENTRY = {
    "id": "rec-1",
    "agentId": call().assistant_id.upper(),
    "userPhoneNumber": "(514) 555-1234",
    "callStartedAt": NOW.isoformat(),
    "callEndedAt": (NOW + timedelta(seconds=40)).isoformat(),
}
WHOLE = {
    **ENTRY,
    "callOutcome": "appointment_confirmed",
    "userSentiment": "positive",
    "userPrimaryIntent": "confirm",
    "callSummary": "Call +1 514-555-1234 back.\x00\n",
    "callSummaryFr": "Rappeler le 514 555 1234.",
    "callEndedReason": "customer-ended-call",
    "callDurationSeconds": "40",
    "transcriptUrl": "https://files.example/t.txt",
    "recordingUrl": "",
}
TOLD = Record(
    id="rec-1",
    outcome="appointment_confirmed",
    sentiment="positive",
    intent="confirm",
    summaries={"en": "Call •••• 1234 back.", "fr": "Rappeler le •••• 1234."},
    ended_reason="customer-ended-call",
    duration=40,
    transcript=True,
)
ENDED = call(
    Status.COMPLETED,
    dialled_at=NOW,
    outbound_call_id="out-1",
    outcome=Outcome(status=Status.COMPLETED, word="completed", noted_at=NOW),
)


def answer(body: object, status: int = 200) -> Answer:
    return Answer(status=status, content=json.dumps(body).encode())


def test_a_record_is_read_and_the_number_in_it_masked() -> None:
    assert call_log_answers.record(answer(WHOLE), NUMBER) == TOLD
    assert call_log_answers.record(answer({"call": WHOLE}), NUMBER) == TOLD


@pytest.mark.parametrize(
    "name",
    ["callSummaryFr", "callSummaryFrench", "frenchSummary", "call_summary_fr", "summaryFrCa"],
)
def test_the_french_summary_is_found_by_any_of_its_likely_names(name: str) -> None:
    found = call_log_answers.record(answer({"id": "r", name: "Bonjour"}), NUMBER)
    assert found.summaries == {"fr": "Bonjour"}
    assert found.summary("en") == found.summary("fr") == "Bonjour"


def test_what_is_missing_or_odd_in_a_record_is_left_out() -> None:
    odd = dict.fromkeys(WHOLE, 7) | {"id": "rec-1", "transcriptUrl": "ftp://x", "outcome": [1]}
    assert call_log_answers.record(answer(odd), NUMBER) == Record(id="rec-1", duration=7)


def test_a_newer_look_fills_in_what_was_missing_and_takes_nothing_away() -> None:
    first = Record(id="rec-1", outcome="x", summaries={"en": "a"})
    assert not first.complete
    filled = first.filled(TOLD.model_copy(update={"outcome": None}))
    assert filled == TOLD.model_copy(update={"outcome": "x"})
    assert filled.complete
    assert filled.filled(Record(id="another", outcome="y")) == filled


@pytest.mark.parametrize("word", ["voicemail_left", "Voice mail", "répondeur", "answering-machine"])
def test_a_voicemail_is_known_by_its_words(word: str) -> None:
    assert is_voicemail(word)


@pytest.mark.parametrize("word", ["no_voicemail", "completed", "", None, "not a voicemail"])
def test_what_says_of_no_voicemail_is_none(word: str | None) -> None:
    assert not is_voicemail(word)


@pytest.mark.parametrize(
    ("pagination", "entries", "more"),
    [
        ({"hasNextPage": True}, 1, True),
        ({"hasNextPage": False, "page": 1, "totalPages": 9}, 1, False),
        ({"page": 1, "totalPages": 2}, 1, True),
        ({"page": "2", "totalPages": "2"}, 1, False),
        ({"limit": 3}, 3, True),
        ({}, 50, True),
        (None, 49, False),
        ([1], 0, False),
    ],
)
def test_whether_another_page_follows_is_read_from_what_there_is(
    pagination: object, entries: int, more: bool
) -> None:
    body = {"calls": [ENTRY] * entries, "pagination": pagination}
    found = call_log_answers.page(answer(body), NUMBER, 50)
    assert (len(found.entries), found.more) == (entries, more)
    assert {one.number for one in found.entries} <= {NUMBER}


@pytest.mark.parametrize(
    ("status", "body", "key"),
    [
        (200, [], "look.trouble"),
        (200, {"calls": {}}, "look.trouble"),
        (401, {"error": "x"}, "look.key"),
        (403, {"error": "x"}, "look.forbidden"),
        (404, {"error": "x"}, "look.not_found"),
        (404, [], "look.trouble"),
        (500, {"error": "x"}, "look.trouble"),
    ],
)
def test_what_is_no_page_and_no_record_says_why(status: int, body: object, key: str) -> None:
    for read in (
        lambda: call_log_answers.page(answer(body, status), NUMBER, 50),
        lambda: call_log_answers.record(answer(body, status), NUMBER),
    ):
        with pytest.raises(AlloMiaUnavailable) as caught:
            read()
        assert caught.value.reason.key == key


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
ODD = st.fixed_dictionaries({}, optional=dict.fromkeys(WHOLE, JSON))


@settings(max_examples=60, deadline=None)
@given(entries=st.lists(JSON | ODD, max_size=4), pagination=JSON, one=ODD)
def test_no_shape_does_harm(entries: list[object], pagination: object, one: object) -> None:
    body = {"calls": entries, "pagination": pagination}
    found = call_log_answers.page(answer(body), NUMBER, 50)
    assert len(found.entries) <= len(entries)
    try:
        record = call_log_answers.record(answer(one), NUMBER)
    except AlloMiaUnavailable:
        return
    texts = (record.outcome, record.sentiment, record.intent, *record.summaries.values())
    assert all(0 < len(text) <= call_log_answers.SUMMARY for text in texts if text is not None)


def said(body: object, status: int = 200) -> bytes:
    return written(json.dumps(body).encode(), status)


@asynccontextmanager
async def log_of(served: Serve) -> AsyncIterator[CallLog]:
    async with canned(served) as address, AlloMia(address, SecretStr("k"), 5) as client:
        yield CallLog(client, "org")


async def looked(served: Serve, mine: Call = ENDED) -> Record | None:
    async with log_of(served) as log:
        return await log.found(mine, [], NOW)


def paged(*pages: dict[str, Any], most: int = 50) -> tuple[list[str], Serve]:
    """Serve pages of the log; records are whole, and no call has its id."""
    asked: list[str] = []

    def served(request: Asked) -> bytes:
        values = request.values
        assert values.pop("organizationId") == "org"
        name = request.path.rpartition("/")[2]
        if name != "calls":
            asked.append(name)
            return said(WHOLE) if name == "rec-1" else said({"error": ""}, 404)
        asked.append(f"{values['page']}/{values['limit']}")
        if int(values["limit"]) > most:
            return said({"error": "limit"}, 400)
        assert values["callType"] == "Outbound"
        return said(pages[int(values["page"]) - 1])

    return asked, served


def page(*entries: dict[str, Any], more: bool = False) -> dict[str, Any]:
    return {"calls": list(entries), "pagination": {"hasNextPage": more}}


async def test_all_pages_are_read_and_the_direct_way_is_tried_until_it_is_known_not_to_work() -> (
    None
):
    other = ENTRY | {"id": "rec-2", "userPhoneNumber": "+15145550000"}
    asked, served = paged(page(other, more=True), page(ENTRY))
    async with log_of(served) as log:
        assert await log.found(ENDED, [], NOW) == TOLD
        assert asked == ["out-1", "1/50", "2/50", "rec-1"]
        asked.clear()
        assert await log.found(ENDED, [], NOW) == TOLD
        assert asked == ["1/50", "2/50", "rec-1"]
        asked.clear()
        assert await log.found(ENDED.having(record=TOLD), [], NOW) == TOLD
        assert asked == ["rec-1"]


async def test_a_log_that_takes_smaller_pages_only_is_read_in_those() -> None:
    asked, served = paged(page(ENTRY), most=20)
    assert await looked(served) == TOLD
    assert asked == ["out-1", "1/50", "1/20", "rec-1"]


async def test_a_match_on_each_of_two_pages_is_none() -> None:
    _, served = paged(page(ENTRY, more=True), page(ENTRY | {"id": "rec-2"}))
    assert await looked(served) is None


async def test_a_log_without_end_is_not_guessed_from() -> None:
    asked, served = paged(*[page(ENTRY, more=True)] * 99)
    with pytest.raises(AlloMiaUnavailable):
        await looked(served)
    assert len(asked) == 21


async def test_a_record_under_the_call_s_own_id_is_taken_if_it_is_of_the_call() -> None:
    asked: list[str] = []

    def served(request: Asked) -> bytes:
        asked.append(request.path)
        if request.path == "/api/calls":
            return said(page())
        return said(WHOLE)

    assert await looked(served) == TOLD
    assert asked == ["/api/calls/out-1"]
    assert await looked(served, ENDED.having(number="+15145550000")) is None

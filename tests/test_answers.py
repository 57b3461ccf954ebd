"""AlloMia's answers are read for what they mean, whatever shape they come in."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from calls import allomia_answers
from calls.allomia_answers import Answer, Dispatched, Progress, dispatched, progress
from calls.errors import AlloMiaError, AlloMiaRefused, AlloMiaUnavailable, AlloMiaUncertain, Reason
from calls.outcome import Outcome
from calls.status import Status
from examples import ASSISTANT, CALLER, call

ORDER = call()
IDS = {"assistant": ASSISTANT, "caller": CALLER}


def answer(status: int, body: object = None, **headers: str) -> Answer:
    """Make an answer whose body is JSON, or bytes as they are."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers=named, content=content)


def said(words: str, field: str | None = None) -> Reason:
    return Reason(key="allomia.said", values={"words": words}, field=field)


@pytest.mark.parametrize("status", [200, 201, 202, 299])
@pytest.mark.parametrize(
    ("body", "read"),
    [
        (
            {
                "outboundCallId": "0f8fad5b-d9cb-469f-a165-70867728950e",
                "contactId": "con.1:2_3-4",
                "status": "calling",
                "message": "Outbound call dispatched",
            },
            Dispatched(
                outbound_call_id="0f8fad5b-d9cb-469f-a165-70867728950e", contact_id="con.1:2_3-4"
            ),
        ),
        ({"outboundCallId": "x"}, Dispatched(outbound_call_id="x")),
        ({"outboundCallId": "x", "contactId": 7}, Dispatched(outbound_call_id="x")),
    ],
)
def test_a_call_that_was_dispatched_has_an_id(
    status: int, body: dict[str, object], read: Dispatched
) -> None:
    assert dispatched(answer(status, body), ORDER) == read


NO_IDS: list[object] = [None, "", " ", 7, {}, "..", "a/b", "a b", "a\n", "é", "\ud800", "x" * 129]
GARBLED = [
    b"",
    b"<html>",
    b"\xff\xfe\xfd",
    b"null",
    b"[]",
    b'"outboundCallId"',
    b"{}",
    b'{"outboundCallId": ' + b"9" * 5000 + b"}",
    b"[" * 100_000,
    *(json.dumps({"outboundCallId": name}).encode() for name in NO_IDS),
]


@pytest.mark.parametrize("body", GARBLED)
def test_a_success_without_a_usable_id_is_in_doubt(body: bytes) -> None:
    with pytest.raises(AlloMiaUncertain) as error:
        dispatched(answer(200, body), ORDER)
    assert error.value.reason == Reason(key="allomia.garbled")


@pytest.mark.parametrize(
    ("status", "kind", "key"),
    [
        (100, AlloMiaUncertain, "trouble"),
        (301, AlloMiaUncertain, "trouble"),
        (307, AlloMiaUncertain, "trouble"),
        (400, AlloMiaRefused, "invalid"),
        (401, AlloMiaRefused, "key"),
        (402, AlloMiaRefused, "refused"),
        (403, AlloMiaRefused, "forbidden"),
        (404, AlloMiaRefused, "not_found"),
        (408, AlloMiaUncertain, "trouble"),
        (409, AlloMiaRefused, "refused"),
        (413, AlloMiaRefused, "refused"),
        (422, AlloMiaRefused, "inactive"),
        (429, AlloMiaUnavailable, "busy"),
        (451, AlloMiaRefused, "refused"),
        (500, AlloMiaUncertain, "trouble"),
        (502, AlloMiaUncertain, "trouble"),
        (503, AlloMiaUncertain, "trouble"),
        (504, AlloMiaUncertain, "trouble"),
        (599, AlloMiaUncertain, "trouble"),
    ],
)
@pytest.mark.parametrize("body", [b"<html>", b"", b'{"error": "No way"}'])
def test_each_status_of_a_dial_says_what_to_do(
    status: int, kind: type[AlloMiaError], key: str, body: bytes
) -> None:
    with pytest.raises(AlloMiaError) as error:
        dispatched(answer(status, body), ORDER)
    values: dict[str, str] = {"status": str(status)}
    if kind is AlloMiaRefused:
        values |= IDS
    parts = (said("No way"),) if kind is AlloMiaRefused and b"No way" in body else ()
    reason = Reason(
        key=f"allomia.{key}", values={} if kind is AlloMiaUnavailable else values, parts=parts
    )
    assert (type(error.value), error.value.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"details": [{"field": "phoneNumber", "message": "bad"}]}, [said("bad", "number")]),
        ({"details": [{"path": "assistantId", "message": "bad"}]}, [said("bad", "assistant")]),
        ({"details": [{"path": ["phoneNumberId"], "message": "bad"}]}, [said("bad", "caller")]),
        ({"details": [{"param": "customerName", "message": "bad"}]}, [said("bad", "name")]),
        ({"details": [{"param": "phoneNumber", "msg": "bad"}]}, [said("bad", "number")]),
        (
            {"details": [{"path": ["dynamicVariables", "slot", 0], "message": "bad"}]},
            [said("slot.0: bad", "variables")],
        ),
        (
            {"details": [{"path": "dynamicVariables.slot", "message": "bad"}]},
            [said("slot: bad", "variables")],
        ),
        ({"details": [{"field": "callbackUrl", "message": "bad"}]}, [said("callbackUrl: bad")]),
        ({"details": [{"field": {"a": 1}, "message": "bad"}]}, [said("{'a': 1}: bad")]),
        ({"details": [{"field": "", "path": [], "message": "bad"}]}, [said("bad")]),
        ({"details": [{"message": 7}]}, [said('{"message": 7}')]),
        ({"details": ["plain", 7, ["a"]]}, [said("plain"), said("7"), said('["a"]')]),
        ({"details": [None, "", " ", "\x00", {"message": ""}, "last"]}, [said("last")]),
        ({"details": ["é\ud800\x00\u202e x"]}, [said("é x")]),
        ({"details": ["x" * 5000]}, [said("x" * 300)]),
        ({"details": ["a"] * 99}, [said("a")] * 10),
        ({"details": ["Invalid +15145551234"]}, [said("Invalid •••• 1234")]),
        ({"details": ["Invalid tel:15145551234"]}, [said("Invalid tel:•••• 1234")]),
        ({"details": [], "error": "No"}, [said("No")]),
        ({"details": None, "message": "No"}, [said("No")]),
        ({"details": "No"}, [said("No")]),
        ({"details": {"phoneNumber": "bad"}}, [said('{"phoneNumber": "bad"}')]),
        ({"details": "No", "error": "Never", "message": "Nowhere"}, [said("Never")]),
        ({"error": {"code": 1}}, [said('{"code": 1}')]),
        ({"error": "", "message": None, "details": {}}, []),
        ({"other": "No"}, []),
        (["No"], []),
    ],
)
def test_the_particulars_of_a_refusal_are_read_in_any_shape(
    body: object, told: list[Reason]
) -> None:
    with pytest.raises(AlloMiaRefused) as error:
        dispatched(answer(400, body), ORDER)
    assert list(error.value.reason.parts) == told


def test_nonsense_nested_however_deep_is_still_a_refusal() -> None:
    refusals = 0
    for depth in range(1, 1100):
        body = b'{"details": [' + b"[" * depth + b"]" * depth + b"]}"
        with pytest.raises(AlloMiaRefused):
            dispatched(answer(400, body), ORDER)
        refusals += 1
    assert refusals == 1099


def in_time(when: timedelta) -> str:
    return format_datetime(datetime.now(UTC) + when, usegmt=True)


@pytest.mark.parametrize(
    ("wish", "least", "most"),
    [
        ("0", 0, 0),
        ("120", 120, 120),
        (" 7 ", 7, 7),
        ("9" * 400, 999_999_999, 999_999_999),
        (in_time(timedelta(hours=10)), 1, 36_000),
        (in_time(timedelta(hours=10)).removesuffix("GMT"), 1, 36_000),
        ("Sat, 01 Jan 2022 00:00:00 GMT", 0, 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 1, 10**12),
    ],
    ids=["none", "seconds", "blanks", "endless", "date", "no-zone", "past", "last-date"],
)
def test_a_wish_to_wait_is_read_in_seconds_or_as_a_date(
    wish: str, least: float, most: float
) -> None:
    with pytest.raises(AlloMiaUnavailable) as error:
        dispatched(answer(429, retry_after=wish), ORDER)
    assert error.value.retry_after is not None
    assert least <= error.value.retry_after <= most


@pytest.mark.parametrize(
    "wish",
    [
        "",
        "soon",
        "-5",
        "1.5",
        "²",
        "٣",
        "\x00",
        "Mon, 01 Jan 99999 00:00:00 GMT",
        f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT",
        "Mon, 01 Jan 2026 00:00:00 +9999999999",
        "Mon, 99 Jan 2026 99:00:00 GMT",
    ],
)
def test_a_wish_to_wait_that_makes_no_sense_is_no_wish(wish: str) -> None:
    with pytest.raises(AlloMiaUnavailable) as error:
        progress(answer(503, retry_after=wish))
    assert (error.value.reason, error.value.retry_after) == (Reason(key="look.trouble"), None)


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (201, "trouble"),
        (302, "trouble"),
        (400, "trouble"),
        (401, "key"),
        (403, "forbidden"),
        (404, "not_found"),
        (429, "trouble"),
        (500, "trouble"),
    ],
)
def test_an_error_to_a_look_is_looked_at_again(status: int, key: str) -> None:
    with pytest.raises(AlloMiaUnavailable) as error:
        progress(answer(status, {"status": "completed"}, retry_after="9"))
    assert (error.value.reason, error.value.retry_after) == (Reason(key=f"look.{key}"), 9)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"null", b'"busy"', b"[" * 100_000]
    + [
        json.dumps({"status": word}).encode()
        for word in (None, "", " ", 7, ["busy"], "\ud800", "\x00")
    ],
)
def test_a_look_that_tells_nothing_is_looked_at_again(body: bytes) -> None:
    with pytest.raises(AlloMiaUnavailable) as error:
        progress(answer(200, body))
    assert error.value.reason == Reason(key="look.trouble")


@pytest.mark.parametrize(
    "body",
    [
        {"status": "calling"},
        {"status": " Calling "},
        {"status": "calling", "callDetails": {"endedReason": "x"}},
        {"status": "ringing"},
        {"status": "ringing", "callDetails": None},
        {"status": "ringing", "callDetails": "soon"},
    ],
)
def test_a_call_under_way_has_no_outcome(body: dict[str, str]) -> None:
    assert progress(answer(200, body)) == Progress(word=body["status"].strip())


ENDED_AT = datetime(2026, 3, 14, 15, 1, 42, tzinfo=UTC)
TIMES = {"startedAt": "2026-03-14T15:00:00Z", "endedAt": "2026-03-14T15:01:42.000Z"}


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("completed", Status.COMPLETED),
        ("busy", Status.BUSY),
        ("no-answer", Status.NO_ANSWER),
        ("no_answer", Status.NO_ANSWER),
        ("failed", Status.FAILED),
        ("Completed", Status.COMPLETED),
        ("voicemail", Status.ENDED),
        ("<!here>", Status.ENDED),
        ("refused", Status.ENDED),
    ],
)
def test_a_final_status_is_an_outcome(word: str, status: Status) -> None:
    details = TIMES | {"duration": 99, "endedReason": "hung\x00up"}
    outcome = Outcome(
        status=status,
        word=word,
        duration=102,
        ended_reason="hung up",
        started_at=ENDED_AT - timedelta(seconds=102),
        ended_at=ENDED_AT,
    )
    body = {"status": word, "callDetails": details}
    assert progress(answer(200, body)) == Progress(word=word, outcome=outcome)


@pytest.mark.parametrize("details", [None, "?", 7, [], {}, {"endedReason": ""}])
def test_a_documented_end_needs_no_details(details: object) -> None:
    busy = Outcome(status=Status.BUSY, word="busy")
    assert [
        progress(answer(200, body)).outcome
        for body in ({"status": "busy"}, {"status": "busy", "callDetails": details})
    ] == [busy, busy]


def test_an_undocumented_word_is_kept_short() -> None:
    found = progress(
        answer(200, {"status": "w" * 999, "callDetails": {"endedReason": ["x"] * 999}})
    )
    assert found.outcome is not None
    assert (len(found.word), len(found.outcome.word), found.outcome.ended_reason) == (
        300,
        300,
        json.dumps(["x"] * 999)[:300].rstrip(),
    )


@pytest.mark.parametrize(
    ("details", "duration", "ended_at"),
    [
        ({"duration": 42}, 42, None),
        ({"duration": 42.5}, 42.5, None),
        ({"duration": "42"}, 42, None),
        ({"duration": 0}, 0, None),
        ({"duration": True}, None, None),
        ({"duration": -1}, None, None),
        ({"duration": 10**400}, None, None),
        ({"duration": "1e999"}, None, None),
        ({"duration": "NaN"}, None, None),
        ({"duration": float("inf")}, None, None),
        ({"duration": 604801}, None, None),
        ({"duration": "long"}, None, None),
        ({"duration": [42]}, None, None),
        (TIMES, 102, ENDED_AT),
        ({**TIMES, "startedAt": "2026-03-14T10:00:00-05:00"}, 102, ENDED_AT),
        ({**TIMES, "startedAt": "2026-03-14T15:00:00"}, 102, ENDED_AT),
        ({**TIMES, "startedAt": "2026-03-14T15:02:00Z", "duration": 42}, 42, ENDED_AT),
        ({**TIMES, "startedAt": "a while ago", "duration": 42}, 42, ENDED_AT),
        ({**TIMES, "startedAt": 1773500400, "duration": 42}, 42, ENDED_AT),
        ({**TIMES, "startedAt": "0001-01-01T00:00:00+23:59", "duration": 42}, 42, ENDED_AT),
        ({**TIMES, "endedAt": None, "duration": 42}, 42, None),
    ],
)
def test_a_duration_is_what_lies_between_or_what_is_told(
    details: dict[str, object], duration: float | None, ended_at: datetime | None
) -> None:
    found = progress(answer(200, {"status": "completed", "callDetails": details}))
    assert found.outcome is not None
    assert found.outcome.having(started_at=None) == Outcome(
        status=Status.COMPLETED, word="completed", duration=duration, ended_at=ended_at
    )


def test_only_a_plain_word_may_be_put_into_an_address() -> None:
    found = [allomia_answers.identifier(name) for name in ("a-1", "../x", "a?b", None, ["a"])]
    assert found == ["a-1", None, None, None, None]

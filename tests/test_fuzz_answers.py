"""Whatever AlloMia answers leads to one of the documented ends, and the number stays masked."""

import contextlib
import json
import re
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr

from calls import agenda
from calls.allomia import LARGEST, AlloMia
from calls.allomia_answers import (
    DETAILS,
    FIELDS,
    IDENTIFIER,
    LONGEST_CALL,
    WORDS,
    Answer,
    Dispatched,
    Progress,
    dispatched,
    progress,
    retry_after,
)
from calls.errors import AlloMiaError, AlloMiaRefused, AlloMiaUnavailable, AlloMiaUncertain, Reason
from calls.status import Status
from calls.words import clean
from canned import canned, written
from examples import NOW, NUMBER, call
from fuzz import cases, json_values, longer, strangers
from views.text import LANGUAGES, Text

T = TypeVar("T")

ORDER = call()
FINAL = {Status.COMPLETED, Status.BUSY, Status.NO_ANSWER, Status.FAILED, Status.ENDED}
IN_WORDS = [Text(language) for language in LANGUAGES]
OWN = re.compile(r"(?<!\d)(?:1[ -]?)?\(?514[) .-]{0,2}555[ .-]?1234(?!\d)")

DATE = "Mon Jan 1 31 99 2026 99999 12:00:00 24:61 1.5 : , +0000 -9999 +99999999 EST PM - (x) \0 ² ٣"

statuses = st.integers(100, 599) | st.sampled_from([200, 201, 400, 401, 403, 404, 408, 422, 429])
wishes = (
    strangers
    | st.integers(-10, 10**12).map(str)
    | st.datetimes().map(lambda at: at.strftime("%a, %d %b %Y %H:%M:%S GMT"))
    | st.lists(st.sampled_from(DATE.split(" ")), max_size=8).map(" ".join)
)
headers = st.fixed_dictionaries({}, optional={"retry-after": wishes})
SPELLED = ("+15145551234", "15145551234", "(514) 555-1234", "514.555.1234", "+1 514-555-1234")
echoes = st.builds(
    lambda before, number, after: f"{before} {number}{after}",
    st.text("x é\n", max_size=330),
    st.sampled_from(SPELLED),
    st.sampled_from(["", " ", ".", " is wrong", " y" * 200]),
)
inner = json_values | echoes | longer


def documented(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[bytes]:
    """Draw a body with fields of these names, or any other JSON, or no JSON at all."""
    fields = st.fixed_dictionaries({}, optional=known)
    return (
        fields.map(lambda found: json.dumps(found).encode())
        | json_values.map(lambda found: json.dumps(found).encode())
        | st.binary(max_size=40)
        | strangers.map(lambda text: text.encode("utf-16", "surrogatepass"))
    )


names = st.sampled_from([*FIELDS, "", "callbackUrl", "dynamicVariables.slot"]) | inner
entries = inner | st.fixed_dictionaries(
    {},
    optional={
        "field": names,
        "path": names | st.lists(names, max_size=3),
        "param": names,
        "message": inner,
        "msg": inner,
    },
)
creations = documented(
    outboundCallId=st.sampled_from(["a-1", "x" * 128, "x" * 129, "../x", ""]) | inner,
    contactId=inner,
    details=st.lists(entries, max_size=DETAILS + 3) | entries,
    error=inner,
    message=inner,
)
times = st.datetimes().map(str) | st.sampled_from(["2026-03-14T15:00:00Z", "24:00"]) | inner
told = st.fixed_dictionaries(
    {},
    optional={"startedAt": times, "endedAt": times, "duration": inner, "endedReason": inner},
)
words = st.sampled_from([*Status, "Completed", "no_answer", " busy ", "ringing"]) | inner
looks = documented(status=words, callDetails=told | inner)


def answer(status: int, content: bytes, named: dict[str, str]) -> Answer:
    """Make an answer as the client would."""
    return Answer(status=status, headers=named, content=content)


def expected(status: int) -> type[AlloMiaError]:
    """Return what a status that is no success says to do about a call that was asked for."""
    if status == 429:
        return AlloMiaUnavailable
    refused = 400 <= status < 500 and status != 408
    return AlloMiaRefused if refused else AlloMiaUncertain


def kept(reason: Reason) -> list[str]:
    """Return AlloMia's own words in a reason, after telling it in both languages."""
    for text in IN_WORDS:
        text.reason(reason)
        text.mrkdwn_reason(reason)
    assert len(reason.parts) <= DETAILS
    assert {part.key for part in reason.parts} <= {"allomia.said"}
    assert {part.field for part in reason.parts} <= {*FIELDS.values(), None}
    return [part.values["words"] for part in reason.parts]


def fit_to_keep(text: str) -> bool:
    """Tell whether words are on one line, short, and without the number."""
    return (clean(text), len(text) <= WORDS, OWN.search(text)) == (text, True, None)


def wait_is_sane(seconds: float | None) -> bool:
    """Tell whether a pause can be obeyed."""
    agenda.retry_at(3, NOW, seconds)
    return seconds is None or seconds >= 0


def end_of(read: Callable[[], T]) -> T | AlloMiaError:
    """Read an answer, and return what it says or what it raises."""
    try:
        return read()
    except AlloMiaError as error:
        return error


@cases(90)
@given(statuses, creations, headers)
def test_every_answer_to_a_dial_says_what_to_do(
    status: int, content: bytes, named: dict[str, str]
) -> None:
    found = end_of(lambda: dispatched(answer(status, content, named), ORDER))
    if isinstance(found, Dispatched):
        assert 200 <= status < 300
        assert IDENTIFIER.fullmatch(found.outbound_call_id)
        assert found.contact_id is None or IDENTIFIER.fullmatch(found.contact_id)
        return
    garbled = found.reason == Reason(key="allomia.garbled")
    assert garbled == (200 <= status < 300)
    assert type(found) is (AlloMiaUncertain if garbled else expected(status))
    assert [words for words in kept(found.reason) if not fit_to_keep(words)] == []
    assert wait_is_sane(found.retry_after)


@cases(90)
@given(st.just(200) | statuses, looks, headers)
def test_every_answer_to_a_look_is_an_end_or_is_looked_at_again(
    status: int, content: bytes, named: dict[str, str]
) -> None:
    found = end_of(lambda: progress(answer(status, content, named), NUMBER))
    if not isinstance(found, Progress):
        known = {401: "key", 403: "forbidden", 404: "not_found"}.get(status, "trouble")
        keys = {f"look.{known}", "look.trouble"} if status == 404 else {f"look.{known}"}
        assert (type(found), found.reason.key in keys) == (AlloMiaUnavailable, True)
        assert wait_is_sane(found.retry_after)
        return
    assert (status, found.word != "") == (200, True)
    texts = [found.word]
    if outcome := found.outcome:
        assert (outcome.status in FINAL, outcome.word) == (True, found.word)
        assert outcome.duration is None or 0 <= outcome.duration <= LONGEST_CALL
        texts.append(outcome.ended_reason or "")
    assert [text for text in texts if not fit_to_keep(text)] == []


@cases(50)
@given(wishes)
@example("Mon, 01 Jan 0000 00:00:00 GMT")
@example("Fri, 31 Dec 9999 23:59:59 -2359")
def test_any_wish_to_wait_is_read_or_is_none(wish: str) -> None:
    assert wait_is_sane(retry_after(answer(429, b"", {"retry-after": wish})))


def test_a_number_at_the_end_of_what_is_kept_is_masked_too() -> None:
    seen = []
    for before in range(280, 300):
        message = f"{'x' * before} {NUMBER} is wrong"
        with pytest.raises(AlloMiaRefused) as error:
            dispatched(answer(400, json.dumps({"details": [message]}).encode(), {}), ORDER)
        look = {"status": "failed", "callDetails": {"endedReason": message}}
        outcome = progress(answer(200, json.dumps(look).encode(), {}), NUMBER).outcome
        assert outcome is not None
        seen += [*kept(error.value.reason), outcome.ended_reason or ""]
    assert [words for words in seen if re.search(r"\d{5}", words)] == []


PLACES = """{"details": [{"field": NESTED, "message": "m"}]}
{"details": [{"path": [1, NESTED], "message": "m"}]}
{"details": [{"field": "x", "message": NESTED}]}
{"details": NESTED}
{"error": NESTED}"""
ENDED = '{"status": "odd", "callDetails": {"endedReason": NESTED}}'


def test_nonsense_nested_however_deep_wherever_it_stands_is_read() -> None:
    for depth in range(900, 1000, 7):
        for opened, closed in (("[", "]"), ('{"a": ', "}")):
            nested = opened * depth + "1" + closed * depth
            for place in PLACES.split("\n"):
                body = place.replace("NESTED", nested).encode()
                with pytest.raises(AlloMiaRefused):
                    dispatched(answer(400, body, {}), ORDER)
            look = answer(200, ENDED.replace("NESTED", nested).encode(), {})
            found = end_of(lambda look=look: progress(look, NUMBER))  # type: ignore[misc]
            assert isinstance(found, Progress | AlloMiaUnavailable)


# The client around it: what aiohttp makes of odd headers must not be an error of its own.

NAMES = """location set-cookie content-encoding content-type retry-after link www-authenticate
content-length transfer-encoding connection x-odd"""
VALUES = """gzip
gzip, gzip
deflate
br
zstd
x
text/html; charset=none
http://[
//
http://éé..é/
http://x:99999/
http:///x
http://xn--/
mailto:x
a=b; expires=9
a=b; max-age=x
ÿ=;;;
="""
printable = st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f")
odd_headers = st.dictionaries(
    st.sampled_from(NAMES.split()),
    st.text(printable, max_size=30) | st.sampled_from(VALUES.split("\n")),
    max_size=4,
)


@cases(35)
@given(statuses, odd_headers, creations)
async def test_no_header_keeps_an_answer_from_being_understood(
    status: int, named: dict[str, str], content: bytes
) -> None:
    answer = written(content, status, named)
    raised: AlloMiaError | None = None
    async with canned(lambda _: answer) as url, AlloMia(url, SecretStr("k"), 5) as client:
        try:
            await client.create(ORDER, None, float("inf"))
        except AlloMiaError as error:
            raised = error
        with contextlib.suppress(AlloMiaUnavailable):
            await client.status("a-1", NUMBER)
    in_doubt = status < 400 or status >= 500 or status == 408
    assert raised is None or isinstance(raised, AlloMiaUncertain) or not in_doubt


async def test_an_answer_that_swells_when_it_is_unpacked_is_not_unpacked() -> None:
    packed = zlib.compress(zlib.compress(bytes(64 * LARGEST), 9), 9)
    answer = written(packed, 200, {"content-encoding": "deflate, deflate"})
    async with canned(lambda _: answer) as url, AlloMia(url, SecretStr("k"), 5) as client:
        tracemalloc.start()
        with pytest.raises(AlloMiaUncertain):
            await client.create(ORDER, None, float("inf"))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 8 * LARGEST

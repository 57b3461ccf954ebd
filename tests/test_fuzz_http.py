"""Whatever comes over HTTP is answered without a fault of ours, and none of it is believed."""

import asyncio
import json
import logging
import re
import time
from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.status import Status
from flow import noted, replies
from fuzz import cases, json_values, longer, strangers
from house import House, street
from sandbox import payloads
from sandbox.courier import AS_JSON, FORM, signed
from sandbox.workspace import FRONT_DESK

LARGEST = 64 * 1024
QUIET = 0.3  # seconds after which a server that says nothing waits for more
BOUND = 3  # seconds that Slack waits
STRANGE = "/allomia/callback/not-ours"
JSON = dict[str, Any]


class Scene(NamedTuple):
    """A house that has one call under way, who asks it over HTTP, and what Slack would send."""

    house: House
    session: aiohttp.ClientSession
    callback: str
    payloads: list[tuple[str, JSON]]


@pytest.fixture
async def scene(
    tmp_path_factory: pytest.TempPathFactory, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Scene]:
    """Open a house for many cases; in the end it must work, and have believed nothing."""
    caplog.set_level(logging.ERROR)  # below that Bolt repeats whole requests
    url = f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'ringback.db'}"
    async with (
        street(url) as closed,
        closed.open(POLL_FIRST="600", POLL_MAX="600") as house,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session,
    ):
        call = await house.placed()
        card = await house.card("Calling")
        await house.ana.command("", FRONT_DESK)
        form = await house.slack.until(lambda: house.ana.modal)
        workspace, ana = house.slack.workspace, house.ana.user
        desk = workspace.channels[FRONT_DESK]
        button = {"type": "button", "action_id": "details", "block_id": "b", "value": "C-22222"}
        sent: list[tuple[str, JSON]] = [
            ("", dict(payloads.slash_command(workspace, ana, desk, "/call", "status C-22222"))),
            ("", dict(payloads.slash_command(workspace, ana, desk, "/call", "now 12 Marie a=b"))),
            ("payload", payloads.view_submission(workspace, ana, form)),
            ("payload", payloads.actions_in_message(workspace, ana, card, button)),
            ("payload", payloads.shortcut(workspace, ana, "place_call", FRONT_DESK)),
            ("payload", payloads.message_shortcut(workspace, ana, "call_number", card)),
            ("json", payloads.event(workspace, {"type": "app_home_opened", "user": ana.id})),
        ]
        address = str(house.allomia.calls[call].callback_url)
        yield Scene(house, session, address, sent)
        async with session.get(house.url + "/healthz") as answer:
            assert answer.status == 200
        (one,) = await noted(house)
        assert (one.status, one.outbound_call_id) == (Status.CALLING, call)
        assert replies(house) == []
        asked = {exchange.what for exchange in house.allomia.log if exchange.sender == "app"}
        assert asked <= {"POST /api/outbound", f"GET /api/outbound/{call}/status"}
        assert len(house.allomia.dialled()) == 1


def tracebacks(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged with a traceback since the last time."""
    found = [record.getMessage() for record in caplog.records if record.exc_info]
    caplog.clear()
    return found


# AlloMia's doorbell

rings = st.one_of(
    st.binary(max_size=200),
    json_values.map(lambda found: json.dumps(found).encode()),
    st.fixed_dictionaries(
        {},
        optional={
            "outboundCallId": st.sampled_from(["somebody-elses", "../x", "x" * 129]) | json_values,
            "status": st.sampled_from([*Status]) | json_values,
            "callDetails": json_values,
        },
    ).map(lambda found: json.dumps(found).encode()),
)
sizes = st.sampled_from([1, 1, 1, 1000, LARGEST // 2, LARGEST - 1, LARGEST, LARGEST + 1, 300_000])
kinds = st.sampled_from([AS_JSON, FORM, "text/plain; charset=none", "multipart/form-data", "x"])


@cases(30)
@given(ring=rings, size=sizes, kind=kinds, ours=st.booleans())
async def test_no_callback_is_believed_and_none_is_a_fault(
    scene: Scene,
    caplog: pytest.LogCaptureFixture,
    ring: bytes,
    size: int,
    kind: str,
    *,
    ours: bool,
) -> None:
    body = ring if size == 1 else (ring * size)[:size]
    address = scene.callback if ours else scene.house.url + STRANGE
    async with scene.session.post(address, data=body, headers={"Content-Type": kind}) as answer:
        found = answer.status, await answer.text()
    status = 404 if not ours else 204 if len(body) <= LARGEST else 413
    assert (found, tracebacks(caplog)) == ((status, ""), [])


# Slack's door

bodies = st.one_of(
    st.binary(max_size=200),
    json_values.map(lambda found: json.dumps(found).encode()),
    st.dictionaries(
        st.sampled_from(["command", "payload", "text", "user_id", "team_id", "trigger_id", "type"])
        | strangers,
        strangers | json_values.map(json.dumps),
        max_size=5,
    ).map(lambda found: urlencode(found, errors="replace").encode()),
    json_values.map(lambda found: urlencode({"payload": json.dumps(found)}).encode()),
)
charsets = st.sampled_from(
    ["utf-8", "utf-16", "utf-7", "ascii", "none", "idna", "punycode", "rot13", "hex", '"', "a" * 99]
)
content_types = st.sampled_from(["", FORM, AS_JSON, "text/plain", "multipart/form-data", ";", "x/"])


async def sent_to_slack_s_door(
    scene: Scene, body: bytes, kind: str, secret: str | None = None
) -> tuple[int, str, float]:
    """Send bytes with Slack's signature, and return status, text and seconds of the answer."""
    at = str(int(time.time()))
    signature = signed(secret or scene.house.slack.signing_secret, at, body)
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": signature,
    }
    started = time.monotonic()
    url = scene.house.url + "/slack/events"
    async with scene.session.post(url, data=body, headers=headers) as answer:
        return answer.status, await answer.text(), time.monotonic() - started


@cases(35)
@given(body=bodies, kind=content_types, charset=charsets, honest=st.booleans())
async def test_no_bytes_at_slack_s_door_are_a_fault(
    scene: Scene,
    caplog: pytest.LogCaptureFixture,
    body: bytes,
    kind: str,
    charset: str,
    *,
    honest: bool,
) -> None:
    kind = f"{kind}; charset={charset}" if charset != "utf-8" else kind
    status, text, seconds = await sent_to_slack_s_door(
        scene, body, kind, None if honest else "another-secret"
    )
    assert (200 <= status < 500, seconds < BOUND) == (True, True)
    assert ("Traceback" in text, tracebacks(caplog)) == (False, [])
    if not honest:
        assert status in {400, 401} or b"ssl_check" in body


def places(value: object) -> list[tuple[Any, Any]]:
    """Return every place in some JSON, as what holds it and the key or index there."""
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    found: list[tuple[Any, Any]] = []
    for key, inner in inside:
        found += [(value, key), *places(inner)]
    return found


GONE = object()
changes = st.lists(
    st.tuples(st.integers(0, 10**6), st.just(GONE) | json_values | longer), min_size=1, max_size=3
)


@cases(35)
@given(which=st.integers(0, 5), changes=changes)
async def test_no_odd_field_in_what_slack_sends_is_a_fault(
    scene: Scene, which: int, changes: list[tuple[int, Any]]
) -> None:
    form, payload = json.loads(json.dumps(scene.payloads[which]))
    for number, value in changes:
        holder, key = (found := places(payload) or [({}, "")])[number % len(found)]
        if value is not GONE:
            holder[key] = value
        elif isinstance(holder, dict):
            holder.pop(key, None)
    fields = {"payload": json.dumps(payload)} if form == "payload" else payload
    body = json.dumps(payload) if form == "json" else urlencode(fields, errors="replace")
    kind = AS_JSON if form == "json" else FORM
    status, text, seconds = await sent_to_slack_s_door(scene, body.encode(), kind)
    assert (200 <= status < 500, seconds < BOUND) == (True, True)
    assert [word for word in ("Traceback", ".py", "File ") if word in text] == []


# Every route, byte by byte


async def heard(house: House, *pieces: bytes) -> list[int]:
    """Send bytes as they are, and return the statuses of all answers until nothing more comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(house.environ["PORT"]))
    said = b""
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        while found := await asyncio.wait_for(reader.read(65536), QUIET):
            said += found
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
    assert b"Traceback" not in said
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) [^\r\n]*\r\n", said)]


def head(method: str, target: str, *lines: str) -> bytes:
    """Write the head of a request."""
    first = f"{method} {target} HTTP/1.1"
    return "\r\n".join([first, "Host: x", *lines, "", ""]).encode("utf-8", "replace")


METHODS = "GET POST HEAD PUT PATCH DELETE OPTIONS TRACE CONNECT get X"
TARGETS = f"""/slack/events {STRANGE} /allomia/callback/ /allomia/healthz /healthz /readyz /metrics
/ * // /.. /% /%00 /%ff /slack/events/ /healthz?x=% http://x/healthz http://[::1 http://x:99999/
/metrics?name[]=x x /é"""
LINES = f"""Connection: close
Connection: keep-alive, Upgrade
Upgrade: websocket
Expect: x
Expect: 100-continue
Content-Length: 0
Content-Length: 3
Content-Length: -1
Content-Length: 9999999999999999999999
Content-Length: 1, 2
Transfer-Encoding: chunked
Transfer-Encoding: x
Content-Encoding: gzip
Content-Type: ;;;
Content-Type: a/b; charset=x
Range: bytes=5-1
Cookie: a=b; =; $
Host: y
Host:
If-Modified-Since: x
X-Slack-Signature: v0=x
X-Slack-Request-Timestamp: x
X-Forwarded-For: x
X-Large: {"x" * 9000}
X-Null: \0
no colon
: empty
 x: y"""
methods = st.sampled_from([*METHODS.split(), ""])
targets = st.sampled_from([*TARGETS.split(), ""]) | st.builds(
    lambda text: "/allomia/callback/" + text, strangers | longer
)
lines = st.lists(
    st.sampled_from(LINES.split("\n")) | strangers.map(lambda text: f"X-Odd: {text}"), max_size=5
)


@cases(30)
@given(method=methods, target=targets, lines=lines, body=st.binary(max_size=30))
async def test_no_request_to_any_route_is_a_fault(
    scene: Scene, method: str, target: str, lines: list[str], body: bytes
) -> None:
    statuses = await heard(scene.house, head(method, target, *lines), body)
    assert [status for status in statuses if not 100 <= status < 500] == []


@cases(15)
@given(noise=st.lists(st.binary(max_size=60), min_size=1, max_size=4))
async def test_no_noise_is_a_fault(scene: Scene, noise: list[bytes]) -> None:
    statuses = await heard(scene.house, *noise)
    assert [status for status in statuses if not 100 <= status < 500] == []


chunks = st.lists(
    st.binary(max_size=20)
    | st.sampled_from(
        [b"5\r\nhello\r\n", b"0\r\n\r\n", b"zz\r\n", b"-1\r\n", b"5;x=y\r\nhello\r\n"]
    )
    | st.sampled_from(
        [b"fffffffffffffffff\r\n", b"5\r\nhellooooo\r\n", b"0\r\nX: y\r\n\r\n", b"\r\n"]
    ),
    max_size=5,
)


@cases(15)
@given(pieces=chunks, slack=st.booleans())
async def test_no_nonsense_in_chunks_is_a_fault(
    scene: Scene, pieces: list[bytes], *, slack: bool
) -> None:
    first = head("POST", "/slack/events" if slack else STRANGE, "Transfer-Encoding: chunked")
    statuses = await heard(scene.house, first, *pieces)
    assert [status for status in statuses if not 100 <= status < 500] == []


PIPELINED = {
    head("GET", "/healthz"): 200,
    head("HEAD", "/healthz"): 200,
    head("GET", "/metrics"): 200,
    head("GET", "/nothing"): 404,
    head("POST", "/healthz", "Content-Length: 3") + b"abc": 405,
    head("POST", STRANGE, "Content-Length: 2") + b"{}": 404,
    head("POST", STRANGE, "Transfer-Encoding: chunked") + b"2\r\n{}\r\n0\r\n\r\n": 404,
    head("POST", "/slack/events", "Content-Length: 2") + b"{}": 401,
}


@cases(10)
@given(sent=st.lists(st.sampled_from(list(PIPELINED)), min_size=1, max_size=8))
async def test_requests_in_one_breath_are_answered_in_their_order(
    scene: Scene, sent: list[bytes]
) -> None:
    last = head("GET", "/readyz", "Connection: close")
    statuses = await heard(scene.house, b"".join([*sent, last]))
    assert statuses == [*(PIPELINED[one] for one in sent), 200]


async def test_who_sends_slowly_is_not_waited_for_and_holds_nobody_up(scene: Scene) -> None:
    async def slowly(*pieces: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", int(scene.house.environ["PORT"])
        )
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(1)
        async with asyncio.timeout(30):
            line = await reader.readline()
        writer.close()
        return line.split()[1]

    path = scene.callback.removeprefix(scene.house.url)
    manners = {"Content-Length: 9": b"{", "Transfer-Encoding: chunked": b"1\r\n{\r\n"}
    waiting = [
        asyncio.create_task(slowly(head("POST", target, line), piece, piece, piece))
        for target in ("/slack/events", path, STRANGE)
        for line, piece in manners.items()
    ]
    while not all(task.done() for task in waiting):
        started = time.monotonic()
        async with scene.session.get(scene.house.url + "/readyz") as answer:
            assert (answer.status, time.monotonic() - started < BOUND) == (200, True)
        await asyncio.sleep(QUIET)
    found = [task.result() for task in waiting]
    assert found == [b"408", b"408", b"413", b"413", b"404", b"404"]


@pytest.mark.parametrize("kind", ["text/plain", "application/openmetrics-text"])
async def test_no_scraper_s_wish_is_a_fault(scene: Scene, kind: str) -> None:
    for version in ("x", "1.x", "..", "0x1", "-", "1.0.0.x"):
        headers = {"Accept": f"{kind};version={version}"}
        async with scene.session.get(scene.house.url + "/metrics", headers=headers) as answer:
            assert answer.status < 500


async def test_half_a_body_leaves_no_traceback(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    half = [head("POST", "/slack/events", "Content-Length: 9"), b"{"]
    await heard(scene.house, *half)
    async with scene.session.get(scene.house.url + "/readyz") as answer:
        assert answer.status == 200
    assert tracebacks(caplog) == []


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /allomia/callback/hush HTTP/9.9\r\n\r\n",
        head("GET", "http://[::1"),
        head("GET", "/healthz", "X: " + "x" * 9000),
    ],
    ids=["no such version", "no address", "a large header"],
)
async def test_who_does_not_speak_http_cannot_fill_the_log(
    scene: Scene, caplog: pytest.LogCaptureFixture, request_: bytes
) -> None:
    assert await heard(scene.house, request_) == [400]
    assert tracebacks(caplog) == []

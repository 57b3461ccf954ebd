"""The stand-in AlloMia keeps AlloMia's contract, and breaks it exactly as it is told to."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import aiohttp
import httpx
import pytest
from aiohttp import web

from sandbox.allomia import (
    ASSISTANT_ID,
    DETAILS,
    DOCUMENTED_ERRORS,
    ORGANIZATION_ID,
    OUT,
    PHONE_NUMBER_ID,
    AlloMia,
    Answer,
    PlacedCall,
    Stage,
)

NUMBER, OTHER_NUMBER = "+15145551234", "+15145550000"
OTHER = "7d0e3c52-1b0a-4a57-8f4e-6a9b1c2d3e4f"
BODY: dict[str, Any] = {
    "phoneNumber": NUMBER,
    "assistantId": ASSISTANT_ID,
    "phoneNumberId": PHONE_NUMBER_ID,
}
TOKEN = "a-token"
WRONG = "Input should be a valid string"


class Doorbell:
    """Receives callbacks, and answers `status` to a whole party of them at once."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, bytes]] = []
        self.status = 204
        self.party = asyncio.Barrier(1)
        self.inside = self.most = 0
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.rung.append((request.match_info["token"], await request.read()))
        assert "Authorization" not in request.headers
        self.inside += 1
        self.most = max(self.most, self.inside)
        await self.party.wait()
        self.inside -= 1
        return web.Response(status=self.status)


@pytest.fixture
async def allomia() -> AsyncIterator[AlloMia]:
    async with AlloMia() as allomia:
        yield allomia


@pytest.fixture
async def client(allomia: AlloMia) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {allomia.api_key}"}
    async with httpx.AsyncClient(base_url=allomia.url, headers=headers, timeout=5) as client:
        yield client


@pytest.fixture
async def doorbell() -> AsyncIterator[Doorbell]:
    bell = Doorbell()
    app = web.Application()
    app.router.add_post("/allomia/callback/{token}", bell.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bell.url = f"http://127.0.0.1:{runner.addresses[0][1]}/allomia/callback/{TOKEN}"
    yield bell
    await runner.cleanup()


async def create(client: httpx.AsyncClient, **more: object) -> httpx.Response:
    return await client.post("/api/outbound", json=BODY | more)


async def place(allomia: AlloMia, client: httpx.AsyncClient, **more: object) -> PlacedCall:
    return allomia.calls[(await create(client, **more)).json()["outboundCallId"]]


async def status(client: httpx.AsyncClient, call: PlacedCall) -> httpx.Response:
    return await client.get(f"/api/outbound/{call.outbound_call_id}/status")


async def test_a_call_is_placed_asked_about_and_ended(
    allomia: AlloMia, client: httpx.AsyncClient, doorbell: Doorbell
) -> None:
    more = {"customerName": "Ana", "dynamicVariables": {"at": "9"}, "callbackUrl": doorbell.url}
    answer = await create(client, **more)
    call = allomia.dialled(NUMBER)[0]
    ids = {"outboundCallId": call.outbound_call_id, "contactId": call.contact_id}
    dispatched = ids | {"status": "calling", "message": "Outbound call dispatched"}
    assert (answer.status_code, answer.json()) == (201, dispatched)
    assert call.body == BODY | more
    assert (await status(client, call)).json() == {**ids, "status": "calling"}
    assert await allomia.end(call.outbound_call_id, "completed") == [204]
    told = (await status(client, call)).json()
    details = told["callDetails"]
    assert told == {**ids, "status": "completed", "callDetails": details}
    assert (details["duration"], details["endedReason"]) == (42, "customer-ended-call")
    began, ended = (datetime.fromisoformat(details[at]) for at in ("startedAt", "endedAt"))
    assert (ended - began).total_seconds() == 42
    assert [(token, json.loads(body)) for token, body in doorbell.rung] == [(TOKEN, told)]
    assert (call.asked, call.rings) == (2, [204])
    assert [(one.sender, one.what, one.status, one.deliberate) for one in allomia.log] == [
        ("app", "POST /api/outbound", 201, False),
        ("app", f"GET /api/outbound/{call.outbound_call_id}/status", 200, False),
        ("allomia", "callback", 204, False),
        ("app", f"GET /api/outbound/{call.outbound_call_id}/status", 200, False),
    ]
    assert TOKEN not in str(allomia.log)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"phoneNumber": "+15145551"}, "phoneNumber"),
        ({"phoneNumber": "+1" * 11}, "phoneNumber"),
        ({"phoneNumber": 15145551234}, "phoneNumber"),
        ({"assistantId": "reception"}, "assistantId"),
        ({"phoneNumberId": PHONE_NUMBER_ID.replace("-", "")}, "phoneNumberId"),
        ({"customerName": ""}, "customerName"),
        ({"customerName": None}, "customerName"),
        ({"dynamicVariables": {}}, "dynamicVariables"),
        ({"dynamicVariables": {"age": 7}}, "dynamicVariables.age"),
        ({"callbackUrl": "/allomia/callback/x"}, "callbackUrl"),
        ({"organizationId": OTHER}, "organizationId"),
    ],
)
async def test_a_body_against_the_contract_is_refused(
    allomia: AlloMia, client: httpx.AsyncClient, more: dict[str, Any], field: str
) -> None:
    answer = await create(client, **more)
    assert answer.status_code == 400
    assert [entry["field"] for entry in answer.json()["details"]] == [field]
    assert not allomia.dialled()


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"\xff"])
async def test_a_body_that_is_no_json_object_is_refused(
    allomia: AlloMia, client: httpx.AsyncClient, raw: bytes
) -> None:
    answer = await client.post("/api/outbound", content=raw)
    assert (answer.status_code, len(answer.json()["details"])) == (400, 1)
    assert not allomia.dialled()


@pytest.mark.parametrize(
    ("shape", "entry"),
    [
        ("field", {"field": "dynamicVariables.a", "message": WRONG}),
        ("path", {"path": "dynamicVariables.a", "message": WRONG}),
        ("path-list", {"path": ["dynamicVariables", "a"], "message": WRONG}),
        ("param", {"param": "dynamicVariables.a", "message": WRONG}),
        ("text", f"dynamicVariables.a: {WRONG}"),
        ("odd", [["dynamicVariables", "a"], {"code": 7, "why": WRONG}]),
    ],
)
async def test_details_come_in_any_shape(
    allomia: AlloMia, client: httpx.AsyncClient, shape: str, entry: object
) -> None:
    allomia.detail = DETAILS[shape]
    answer = await create(client, dynamicVariables={"a": 1})
    assert answer.json() == {"error": "Validation failed", "details": [entry]}


async def test_what_may_not_dial_does_not(allomia: AlloMia, client: httpx.AsyncClient) -> None:
    for more in ({"assistantId": OTHER}, {"phoneNumberId": OTHER}):
        assert (await create(client, **more)).status_code == 404
    allomia.active = False
    assert (await create(client)).status_code == 422
    allomia.may_dial = False
    assert (await create(client)).status_code == 403
    for key in ("Bearer wrong", allomia.api_key, ""):
        answer = await client.post("/api/outbound", json=BODY, headers={"Authorization": key})
        assert answer.status_code == 401
        assert answer.json() == {"error": "Invalid or missing API key"}
    assert not allomia.dialled()
    allomia.mend()
    assert (await create(client)).status_code == 201
    assert allomia.api_key not in str(allomia.log)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/api/outbound/{OTHER}/status"),
        ("GET", f"/api/outbound/{OTHER}"),
        ("GET", "/api/outbound"),
        ("DELETE", f"/api/outbound/{OTHER}/status"),
    ],
)
async def test_what_does_not_exist(client: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, list(answer.json())) == (404, ["error"])


async def test_who_plays_may_invent_assistants(client: httpx.AsyncClient, allomia: AlloMia) -> None:
    allomia.assistants = None
    made = await create(client, assistantId=OTHER, phoneNumberId=OTHER)
    assert made.status_code == 201


# What a client meets: a status, or its own error; and whether the phone rings.
MET: dict[str, tuple[int | type[httpx.HTTPError], bool]] = {
    **{name: (int(name), False) for name in DOCUMENTED_ERRORS if name.isdigit()},
    "timeout": (httpx.ReadTimeout, True),
    "reset": (httpx.ReadError, True),
    "garbled": (201, True),
    "cut": (httpx.RemoteProtocolError, True),
    "no-id": (201, True),
    "slow": (201, True),
}


async def met(client: httpx.AsyncClient, patience: float = 5) -> int | type[Exception]:
    try:
        answer = await client.post("/api/outbound", json=BODY, timeout=patience)
    except httpx.HTTPError as error:
        return type(error)
    return answer.status_code


@pytest.mark.parametrize("name", DOCUMENTED_ERRORS)
async def test_every_error(allomia: AlloMia, client: httpx.AsyncClient, name: str) -> None:
    more: Answer = {"delay": 0.1} if name == "slow" else {}
    allomia.next_create(name, **more)
    meets, dials = MET[name]
    assert await met(client, patience=0.3 if name == "timeout" else 5) == meets
    assert (len(allomia.dialled()), await met(client)) == (int(dials), 201)
    await allomia.until(lambda: len(allomia.log) == 2)
    assert sorted(one.deliberate for one in allomia.log) == [False, True]


async def test_an_error_may_come_after_the_call_was_placed(
    allomia: AlloMia, client: httpx.AsyncClient
) -> None:
    allomia.next_create("500", place=True)
    allomia.next_create("timeout", place=False)
    allomia.answer_create(place=False, times=2)
    assert await met(client) == 500
    assert len(allomia.dialled()) == 1
    assert [await met(client, patience) for patience in (0.2, 5, 5)] == [
        httpx.ReadTimeout,
        201,
        201,
    ]
    assert len(allomia.dialled()) == 1


async def test_a_script_lasts_until_mended(allomia: AlloMia, client: httpx.AsyncClient) -> None:
    allomia.answer_create(status=503, headers={"Retry-After": "7"}, times=None)
    answers = [await create(client) for _ in range(3)]
    assert [(one.status_code, one.headers["Retry-After"]) for one in answers] == [(503, "7")] * 3
    assert answers[0].json() == {"error": "Service Unavailable"}
    assert (await create(client, organizationId=OTHER)).status_code == 400
    allomia.mend()
    assert (await create(client)).status_code == 201


async def test_a_body_may_stay_unread(allomia: AlloMia, client: httpx.AsyncClient) -> None:
    allomia.answer_create(unread=True, drop=True)
    allomia.answer_create(unread=True)
    assert await met(client) in (httpx.ReadError, httpx.WriteError)
    assert await met(client) == 500
    assert [(one.request, one.status) for one in allomia.log] == [(None, None), (None, 500)]
    assert not allomia.dialled()


async def test_headers_may_trickle(allomia: AlloMia, client: httpx.AsyncClient) -> None:
    allomia.answer_create(trickle=1.5)
    began = asyncio.get_running_loop().time()
    answer = await client.post("/api/outbound", json=BODY, timeout=1)
    assert answer.json()["outboundCallId"] in allomia.calls
    assert asyncio.get_running_loop().time() - began > 1.4


async def test_an_outage_refuses_connections(allomia: AlloMia, client: httpx.AsyncClient) -> None:
    call = await place(allomia, client)
    await allomia.stop()
    assert await met(client) == httpx.ConnectError
    await allomia.start()
    assert (await status(client, call)).json() == call.told()


async def test_statuses_go_backwards_and_fail(allomia: AlloMia, client: httpx.AsyncClient) -> None:
    first, second = await place(allomia, client), await place(allomia, client)
    allomia.answer_status(
        first.outbound_call_id,
        bodies=[first.told(status="completed"), first.told(), first.told(status=None), ["odd"]],
    )
    allomia.answer_status(None, status=429, headers={"Retry-After": "1"})
    allomia.answer_status(first.outbound_call_id, text="<html>")
    assert (await status(client, second)).status_code == 429
    assert (await status(client, second)).json() == second.told()
    seen = [(await status(client, first)).json() for _ in range(4)]
    assert [one["status"] for one in seen[:3]] == ["completed", "calling", None]
    assert seen[3] == ["odd"]
    assert (await status(client, first)).text == "<html>"
    assert (await status(client, first)).json() == first.told()


async def test_details_may_be_odd(allomia: AlloMia, client: httpx.AsyncClient) -> None:
    call = await place(allomia, client)
    ids = {"outboundCallId": call.outbound_call_id, "contactId": call.contact_id}
    odd: list[tuple[Any, dict[str, Any]]] = [(None, {"callDetails": None}), (OUT, {})]
    for details, told in odd:
        await allomia.end(call.outbound_call_id, "voicemail", details=details)
        assert (await status(client, call)).json() == {**ids, "status": "voicemail", **told}


async def test_one_detail_may_be_odd(allomia: AlloMia, client: httpx.AsyncClient) -> None:
    call = await place(allomia, client)
    await allomia.end(call.outbound_call_id, "no-answer", duration="7 s", reason=OUT)
    details = (await status(client, call)).json()["callDetails"]
    assert (details["duration"], sorted(details)) == ("7 s", ["duration", "endedAt", "startedAt"])


async def test_planned_calls_end_by_themselves(
    allomia: AlloMia, client: httpx.AsyncClient, doorbell: Doorbell
) -> None:
    allomia.plan(status="busy", after=0, ring=2)
    allomia.plan(status="no-answer", after=0, ring=0, duration=None, number="+15145550000")
    one = await place(allomia, client, callbackUrl=doorbell.url)
    two = await place(allomia, client, phoneNumber="+15145550000", callbackUrl=doorbell.url)
    await allomia.until(lambda: two.status != "calling" and len(doorbell.rung) == 2)
    assert (one.status, two.status, two.details["duration"]) == ("busy", "no-answer", None)
    allomia.plan(after=3600)
    assert (await place(allomia, client)).status == "calling"  # and nothing is left behind


async def test_callbacks_are_lost_doubled_and_forged(
    allomia: AlloMia, client: httpx.AsyncClient, doorbell: Doorbell
) -> None:
    call = await place(allomia, client, callbackUrl=doorbell.url)
    call_id = call.outbound_call_id
    assert await allomia.end(call_id, ring=0) == []
    assert await allomia.ring(call_id, times=3) == [204] * 3
    doorbell.status = 404
    assert await allomia.ring(call_id, body={"status": "failed"}, token="guess") == [404]
    assert await allomia.ring(raw=b"[" * 9000, url=doorbell.url) == [404]
    assert [token for token, _ in doorbell.rung] == [TOKEN] * 3 + ["guess", TOKEN]
    assert [body for _, body in doorbell.rung[3:]] == [b'{"status": "failed"}', b"[" * 9000]
    assert [one.deliberate for one in allomia.log[1:]] == [False] * 3 + [True] * 2
    assert call.rings == [204] * 3 + [404]


async def test_many_ring_at_once(
    allomia: AlloMia, client: httpx.AsyncClient, doorbell: Doorbell
) -> None:
    call = await place(allomia, client, callbackUrl=doorbell.url)
    doorbell.party = asyncio.Barrier(10)
    rung = await allomia.ring(call.outbound_call_id, times=50, concurrency=10)
    assert (rung, doorbell.most) == ([204] * 50, 10)


async def test_nobody_at_the_door_is_no_error(
    allomia: AlloMia, client: httpx.AsyncClient, unused_tcp_port: int
) -> None:
    call = await place(allomia, client, callbackUrl=f"http://127.0.0.1:{unused_tcp_port}/x")
    assert await allomia.end(call.outbound_call_id) == [0]
    assert await allomia.end((await place(allomia, client)).outbound_call_id) == []
    assert (allomia.log[1].status, allomia.log[1].answer) == (None, "ClientConnectorError")


async def test_a_hook_sees_every_stage_of_a_create(
    allomia: AlloMia, client: httpx.AsyncClient, doorbell: Doorbell
) -> None:
    seen: list[tuple[Stage, int, str | None]] = []

    async def hook(stage: Stage, call: PlacedCall | None) -> None:
        if stage == "stored" and call:
            await allomia.end(call.outbound_call_id)  # its callback comes before the answer
        seen.append((stage, len(doorbell.rung), call.status if call else None))

    allomia.on_create = hook
    await create(client, callbackUrl=doorbell.url)
    await allomia.until(lambda: len(seen) == 3)
    assert seen == [("arrived", 0, None), ("stored", 1, "completed"), ("answered", 1, "completed")]


async def test_a_hook_sees_a_status_asked_and_answered(
    allomia: AlloMia, client: httpx.AsyncClient
) -> None:
    call = await place(allomia, client)
    seen: list[tuple[Stage, int]] = []

    def hook(stage: Stage, asked: PlacedCall | None) -> None:
        seen.append((stage, asked.asked if asked else 0))
        allomia.traffic.notify()

    allomia.on_status = hook
    await client.get(f"/api/outbound/{call.outbound_call_id}/status")
    await allomia.until(lambda: len(seen) == 2)
    assert seen == [("arrived", 0), ("answered", 1)]


async def test_a_client_that_leaves_is_seen_at_once_and_its_hook_goes_on(
    allomia: AlloMia, client: httpx.AsyncClient
) -> None:
    gone, ended = asyncio.Event(), asyncio.Event()

    async def hook(stage: Stage, _call: PlacedCall | None) -> None:
        if stage == "stored":
            await gone.wait()
            ended.set()

    allomia.on_create = hook
    assert await met(client, 0.2) == httpx.ReadTimeout
    await allomia.until(lambda: allomia.log)
    assert (allomia.log[0].status, len(allomia.dialled()), ended.is_set()) == (None, 1, False)
    gone.set()
    await asyncio.wait_for(ended.wait(), 5)


async def listed(allomia: AlloMia, **asked: str) -> tuple[int, Any]:
    return await got(allomia, "/api/calls", **({"organizationId": ORGANIZATION_ID} | asked))


async def got(allomia: AlloMia, path: str, **asked: str) -> tuple[int, Any]:
    key = {"Authorization": f"Bearer {allomia.api_key}"}
    async with (
        aiohttp.ClientSession(headers=key) as session,
        session.get(allomia.url + path, params=asked) as answer,
    ):
        return answer.status, await answer.json()


async def test_the_call_log_has_a_record_of_each_call_that_was_reached(allomia: AlloMia) -> None:
    allomia.writes(OTHER_NUMBER, times=2)
    for number in (NUMBER, OTHER_NUMBER):
        call = PlacedCall(BODY | {"phoneNumber": number})
        allomia.placed(call)
        await allomia.end(call.outbound_call_id, ring=0)
    busy = PlacedCall(dict(BODY))
    allomia.placed(busy)
    await allomia.end(busy.outbound_call_id, "busy", ring=0)
    status, told = await listed(allomia, limit="2", callType="Outbound")
    assert (status, [one["userPhoneNumber"] for one in told["calls"]]) == (200, [OTHER_NUMBER] * 2)
    assert told["pagination"]["hasNextPage"]
    status, told = await listed(allomia, limit="2", page="2")
    (first,) = told["calls"]
    assert first["userPhoneNumber"] == NUMBER
    assert "callSummary" not in first
    path = f"/api/calls/{first['id']}"
    status, whole = await got(allomia, path, organizationId=ORGANIZATION_ID)
    assert (status, whole["callOutcome"]) == (200, "appointment_confirmed")
    async with aiohttp.ClientSession() as session:
        for link, kind in (("transcriptUrl", "text/plain"), ("recordingUrl", "audio/wav")):
            async with session.get(whole[link]) as answer:
                assert (answer.status, answer.content_type) == (200, kind)
        async with session.get(f"{allomia.url}/files/guess/transcript.txt") as answer:
            assert answer.status == 403


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"callType": "outbound"}, 400),
        ({"from": "yesterday"}, 400),
        ({"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00"}, 400),
        ({"limit": "51"}, 400),
        ({"page": "0"}, 400),
        ({"organizationId": "another"}, 404),
    ],
)
async def test_the_call_log_is_strict(allomia: AlloMia, asked: dict[str, str], status: int) -> None:
    assert (await listed(allomia, **asked))[0] == status
    assert (await got(allomia, "/api/calls/none", organizationId=ORGANIZATION_ID))[0] == 404

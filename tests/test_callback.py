"""AlloMia's doorbell: it only makes us look, however often, early, late or oddly it rings."""

import asyncio
import json
from collections.abc import Iterable

import aiohttp
import pytest

from calls.status import Status
from flow import away, looked, noted, place, quiet, replies
from house import House, text_of
from sandbox.allomia import Stage
from sandbox.allomia_calls import PlacedCall
from switch import postgres_only, sqlite_only

LARGEST = 64 * 1024
REACHED = ":white_check_mark: Marie was reached. The call lasted 42 s. The person called hung up."
LOST = (
    ":warning: What became of the call to Marie is not known. AlloMia was asked to dial and did "
    "not answer, so the call may have gone out. I never dial again by myself: ask the person "
    "called, or call again."
)
SLOW = {"POLL_FIRST": "60", "POLL_MAX": "60"}  # nothing is learnt but by the bell


async def test_a_ring_is_answered_204_and_the_status_decides(closed_house: House) -> None:
    async with closed_house.open(**SLOW) as house:
        call = await house.placed()
        assert looked(house) == []
        assert await house.allomia.end(call) == [204]
        await house.reply(REACHED)
        await quiet(house)
        assert (replies(house), looked(house)) == ([REACHED], [200])


async def test_a_callback_that_is_lost_is_not_missed(house: House) -> None:
    call = await house.placed()
    assert await house.allomia.end(call, ring=0) == []
    await house.reply(REACHED)
    await quiet(house)
    assert replies(house) == [REACHED]


async def test_twenty_rings_from_many_senders_announce_once(closed_house: House) -> None:
    async with closed_house.open(**SLOW) as house:
        call = await house.placed()
        house.allomia.calls[call].end("completed")
        assert await house.allomia.ring(call, times=20, concurrency=10) == [204] * 20
        await house.reply(REACHED)
        await quiet(house)
        assert await house.allomia.ring(call, times=20, concurrency=20) == [204] * 20
        await quiet(house)
        assert replies(house) == [REACHED]


async def test_a_forged_end_ends_nothing(closed_house: House) -> None:
    async with closed_house.open(**SLOW) as house:
        call = await house.placed()
        forged = house.allomia.calls[call].told(status="completed", callDetails={"duration": 9})
        forged["outboundCallId"] = "somebody-elses"
        assert await house.allomia.ring(call, body=forged) == [204]
        await house.allomia.until(lambda: looked(house))
        await house.card("Calling")
        assert [(one.status, one.outbound_call_id) for one in await noted(house)] == [
            (Status.CALLING, call)
        ]
        assert replies(house) == []


async def test_a_ring_before_the_answer_of_the_request_is_remembered(closed_house: House) -> None:
    async with closed_house.open(**SLOW) as house:
        house.allomia.answer_create(delay=0.5)
        await place(house)
        await house.allomia.until(house.allomia.dialled)
        (call,) = house.allomia.dialled()
        assert await house.allomia.end(call.outbound_call_id) == [204]
        assert looked(house) == []
        await house.reply(REACHED)
        await quiet(house)
        assert replies(house) == [REACHED]


async def test_a_ring_while_the_status_is_asked_is_not_forgotten(closed_house: House) -> None:
    async with closed_house.open(**SLOW) as house:
        call = await house.placed()
        told = house.allomia.calls[call].told()
        house.allomia.answer_status(json=told, delay=0.5)
        assert await house.allomia.ring(call) == [204]
        await house.allomia.until(lambda: house.allomia.calls[call].asked == 1)
        assert await house.allomia.end(call) == [204]
        await house.reply(REACHED)
        assert looked(house) == [200, 200]


async def test_a_lost_call_is_found_again_by_the_id_that_its_callback_names(
    closed_house: House,
) -> None:
    async with closed_house.open(**SLOW) as house:
        house.allomia.next_create("reset")
        call = await house.placed()
        card = await house.card("Unknown")
        await quiet(house)
        assert replies(house) == [LOST]
        assert "Look again" not in text_of(card)

        assert await house.allomia.ring(call) == [204]
        await house.card("Calling")
        assert await house.allomia.end(call) == [204]
        await house.reply(REACHED)
        await quiet(house)
        assert replies(house) == [LOST, REACHED]
        assert [one.outbound_call_id for one in await noted(house)] == [call]


async def test_a_lost_call_that_rang_before_it_was_lost_is_looked_at(closed_house: House) -> None:
    async def rings(stage: Stage, call: PlacedCall | None) -> None:
        if stage == "stored" and call:
            await closed_house.allomia.end(call.outbound_call_id)

    closed_house.allomia.on_create = rings
    async with closed_house.open(**SLOW) as house:
        house.allomia.next_create("reset")
        await house.placed()
        await house.reply(REACHED)
        await quiet(house)
        assert set(replies(house)) <= {LOST, REACHED}
        assert replies(house).count(REACHED) == 1


async def test_an_id_that_allomia_does_not_know_tells_nothing(closed_house: House) -> None:
    async with closed_house.open(**SLOW, GIVE_UP_AFTER="0.5") as house:
        house.allomia.next_create("reset")
        call = await house.placed()
        await house.card("Unknown")
        for odd in ("not-ours", "../../admin", "", None, 7, ["x"]):
            body = {"outboundCallId": odd, "status": "completed"}
            assert await house.allomia.ring(call, body=body) == [204]
        await house.card("Looked again")
        await quiet(house)
        assert replies(house) == [LOST]
        asked = {one.what for one in house.allomia.log if one.what.startswith("GET")}
        assert asked == {"GET /api/outbound/not-ours/status"}


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


BAD_BODIES: list[tuple[bytes, int]] = [
    (b"", 204),
    (b"not json", 204),
    (b"\xff\xfe\x00", 204),
    (b"[1, 2]", 204),
    (b'"completed"', 204),
    (b"1" * 5000, 204),
    (b"NaN", 204),
    (nested(30_000), 204),
    (b'{"outboundCallId": ' + nested(10_000) + b"}", 204),
    (json.dumps({"outboundCallId": "\ud800"}).encode(), 204),
    (b" " * LARGEST, 204),
    (b" " * (LARGEST + 1), 413),
    (b" " * (4 * LARGEST), 413),
]


async def test_no_body_is_too_odd_to_ring(closed_house: House) -> None:
    async with closed_house.open(**SLOW) as house:
        call = await house.placed()
        await house.card("Calling")
        answers = [
            (await house.allomia.ring(call, raw=body), status) for body, status in BAD_BODIES
        ]
        assert answers == [([status], status) for _, status in BAD_BODIES]
        assert await house.allomia.end(call) == [204]
        await house.reply(REACHED)
        await quiet(house)
        assert replies(house) == [REACHED]


async def raw(house: House, *pieces: bytes) -> str:
    """Send bytes as they are, one after the other, and return the answer's first line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(house.environ["PORT"]))
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        return (await reader.readline()).decode().strip()
    finally:
        writer.close()


def head(path: str, *lines: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: x", *lines, "", ""]).encode()


@sqlite_only
async def test_no_request_is_too_odd_to_be_answered(closed_house: House) -> None:
    async with closed_house.open(**SLOW) as house:
        call = await house.placed()
        path = str(house.allomia.calls[call].callback_url).removeprefix(house.url)
        requests: dict[str, Iterable[bytes]] = {
            "a broken chunk": [head(path, "Transfer-Encoding: chunked"), b"zz\r\nhello\r\n"],
            "no gzip": [head(path, "Content-Encoding: gzip", "Content-Length: 4"), b"none"],
            "no deflate": [head(path, "Content-Encoding: deflate", "Content-Length: 4"), b"none"],
            "no such encoding": [head(path, "Content-Encoding: x", "Content-Length: 2"), b"{}"],
            "a form": [
                head(path, "Content-Type: multipart/form-data", "Content-Length: 2"),
                b"{}",
            ],
            "no such charset": [
                head(path, "Content-Type: text/x; charset=none", "Content-Length: 2"),
                b"{}",
            ],
            "no token": [head("/allomia/callback/", "Content-Length: 0")],
            "half a character": [head("/allomia/callback/%ed%a0%80", "Content-Length: 0")],
            "no character": [head("/allomia/callback/%ff%00", "Content-Length: 0")],
            "a long token": [head("/allomia/callback/" + "x" * 5000, "Content-Length: 0")],
        }
        lines = {name: await raw(house, *pieces) for name, pieces in requests.items()}
        assert {name: line.split()[1][0] for name, line in lines.items()} == {
            "a broken chunk": "4",
            "no gzip": "2",
            "no deflate": "2",
            "no such encoding": "2",
            "a form": "2",
            "no such charset": "2",
            "no token": "4",
            "half a character": "4",
            "no character": "4",
            "a long token": "4",
        }


@sqlite_only
async def test_a_body_that_never_arrives_is_not_waited_for(closed_house: House) -> None:
    async with closed_house.open(**SLOW) as house:
        call = await house.placed()
        path = str(house.allomia.calls[call].callback_url).removeprefix(house.url)
        line = await raw(house, head(path, "Content-Length: 100"), b"{")
        assert line.split()[1] == "413"
        assert await house.allomia.end(call) == [204]  # nothing else was held up
        await house.reply(REACHED)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/allomia/callback/not-ours", 404),
        ("POST", "/allomia/callback/", 404),
        ("POST", "/allomia/callback/a/b", 404),
        ("GET", "/allomia/callback/not-ours", 405),
        ("PUT", "/allomia/callback/not-ours", 405),
        ("POST", "/healthz", 405),
        ("GET", "/nothing", 404),
    ],
)
@sqlite_only
async def test_what_is_not_ours_is_refused(
    house: House, method: str, path: str, status: int
) -> None:
    async with aiohttp.ClientSession() as session:
        body = {"status": "completed"}
        async with session.request(method, house.url + path, json=body) as answer:
            assert answer.status == status
    assert looked(house) == []


async def test_a_token_is_kept_as_a_hash_only(house: House) -> None:
    call = await house.placed()
    token = str(house.allomia.calls[call].callback_url).rpartition("/")[2]
    (one,) = await noted(house)
    assert token not in repr(one)
    assert one.token_hash is not None
    assert len(token) >= 32


@postgres_only  # a locked SQLite answers the same, after its own five seconds of waiting
async def test_while_the_database_is_away_a_sender_is_asked_to_ring_again(
    closed_house: House,
) -> None:
    async with closed_house.open(**SLOW) as house:
        call = await house.placed()
        await house.card("Calling")
        async with away(house):
            assert await house.allomia.end(call) == [503]
        assert replies(house) == []
        assert await house.allomia.ring(call) == [204]
        await house.reply(REACHED)
        await quiet(house)
        assert replies(house) == [REACHED]

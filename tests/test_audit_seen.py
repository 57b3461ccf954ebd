"""Administrators read the audit log and take it out, in Slack and on the server; nobody else."""

import csv
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from audited import rows, told
from calls.audit import COMMAND_LINE, Action, Deed
from flow import CALL, away, database_of, place
from governed import TEAM, admin
from handlers import audit_file, terminal
from house import House
from pressed import pressed, seeing
from sandbox.modals import View
from sandbox.person import Person
from sandbox.workspace import ADMIN, ANA, FRONT_DESK
from switch import SETTINGS, add, opened, sqlite_only

windows = pytest.mark.windows
REFUSED = "Only administrators may do this."


async def log_of(house: House, who: Person, words: str) -> View:
    """Open the log from Home."""
    await who.open_home()
    await house.slack.until(lambda: "audit" in str(who.home))
    assert who.home is not None
    await who.press(who.home, "audit")
    return await seeing(house, who, words)


async def filled(house: House, many: int) -> None:
    """Put rows into the log, the first one by U000."""
    async with opened(house.environ["DATABASE_URL"]) as board:
        for n in range(many):
            await board.trail.note(TEAM, Deed(action=Action.DONE, by=f"U{n:03}", place=FRONT_DESK))


@windows
async def test_an_administrator_leafs_through_the_log(house: House) -> None:
    await filled(house, 25)
    await place(house, CALL)
    view = await log_of(house, admin(house), f"<@{ANA}> · placed a call")
    assert ("<@U024>" in view.words, "<@U005>" in view.words) == (True, False)
    view = await pressed(house, admin(house), view, "audit_older", "<@U000>")
    assert "<@U006>" not in view.words
    await pressed(house, admin(house), view, "audit_newer", f"<@{ANA}> · placed a call")


@windows
async def test_the_log_comes_as_a_file_in_the_direct_message(house: House) -> None:
    await place(house, CALL)
    view = await log_of(house, admin(house), "placed a call")
    await pressed(house, admin(house), view, "audit_export", "The log is in your direct message")
    (file,) = house.slack.workspace.files.values()
    read = list(csv.reader(file.content.decode("utf-8-sig").splitlines()))
    assert [line[1:3] for line in read] == [
        ["by", "action"],
        [ANA, "placed"],
        [ADMIN, "exported"],
    ]
    (above,) = [m for m in house.slack.workspace.messages(admin(house).direct.id) if not m.files]
    assert above.text == "*The audit log* is in this message’s thread."


@windows
async def test_where_no_files_are_allowed_the_command_is_named(house: House) -> None:
    house.slack.workspace.app.scopes.discard("files:write")
    view = await log_of(house, admin(house), "Nothing has been done yet.")
    await pressed(house, admin(house), view, "audit_export", "app.py audit export FILE.csv")
    (message,) = house.slack.workspace.messages(admin(house).direct.id)
    assert "`files:write` is not granted" in message.text


@windows
@pytest.mark.parametrize("method", ["chat.postMessage", "files.completeUploadExternal"])
async def test_a_file_that_slack_does_not_take_is_told(house: House, method: str) -> None:
    view = await log_of(house, admin(house), "Nothing has been done yet.")
    house.slack.fail(method, status=503)
    await pressed(house, admin(house), view, "audit_export", "Slack did not take the file.")


@windows
async def test_nobody_else_reads_the_log_and_an_outage_is_told(house: House) -> None:
    view = await log_of(house, admin(house), "Nothing has been done yet.")
    async with away(house):
        view = await pressed(house, admin(house), view, "audit_export", "Please try again")
    house.slack.workspace.users[ADMIN].is_admin = False
    await pressed(house, admin(house), view, "audit_export", REFUSED)
    async with database_of(house) as database:
        assert await rows(database, TEAM) == []


async def typed(database_url: str, *words: str) -> tuple[int, str, str]:
    """Do what the command line says, inside this process."""
    streams = [TextIOWrapper(BytesIO(), "utf-8", write_through=True) for _ in range(2)]
    settings = SETTINGS.model_copy(update={"database_url": database_url})
    with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        status = await audit_file.asked(terminal.read(["audit", "export", *words]), settings)
    printed = []
    for stream in streams:
        assert isinstance(stream.buffer, BytesIO)
        printed.append(stream.buffer.getvalue().decode())
    return status, printed[0], printed[1]


async def test_the_log_is_written_on_the_server(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    async with opened(database_url) as board:
        one = await add(board)
        await board.cancel(one.reference, "T1", "U1", FRONT_DESK)
    assert await typed(database_url, str(file)) == (0, f"Rows: 2\nWritten to {file}.\n", "")
    read = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert [(line["by"], line["action"], line["call"], line["number"]) for line in read] == [
        ("U1", "cancelled", one.reference, "•••• 1234"),
        (COMMAND_LINE, "exported", "", ""),
    ]
    status, out, err = await typed(database_url, "-", "--since", "2099-01-01")
    assert (status, out, err.splitlines()[0]) == (
        0,
        "\ufeffat,by,action,call,number,place,told\r\n",
        "Rows: 0",
    )
    async with opened(database_url) as board:
        *_, last = told(await rows(board.database))
    since = {"since": "2099-01-01T00:00:00+00:00"}
    assert last == (COMMAND_LINE, "exported", None, None, COMMAND_LINE, since)


@sqlite_only
async def test_what_cannot_be_written_is_not_noted(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url) as board:
        await add(board)
    status, out, err = await typed(database_url, str(tmp_path / "nowhere" / "log.csv"))
    assert (status, out, "cannot be written" in err) == (1, "", True)
    async with opened(database_url) as board:
        assert await rows(board.database) == []


def test_a_date_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        terminal.read(["audit", "export", "x.csv", "--since", "yesterday"])
    assert "write it as 2026-03-14" in capsys.readouterr().err

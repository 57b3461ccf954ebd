"""The doctor finds whatever is wrong with an installation, says what to do, and keeps secrets."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import text

from calls import findings
from calls.findings import Met
from examined import Said, doctor, found, read
from flow import away, database_of
from house import OVER_A_SOCKET, House
from sandbox.allomia import ORGANIZATION_ID
from sandbox.rehearsal import free_port
from sandbox.workspace import ADMIN, BENOIT, BILLING, FRONT_DESK, GROUP, Message
from switch import sqlite_only

HEALTHY = {
    "settings": "good settings.good",
    "database": "good database.good",
    "token": "good token.good",
    "scopes": "good scopes.good",
    "secret": "good secret.good",
    "socket": "note socket.unset",
    "allomia": "good allomia.good",
    "records": "note records.unset",
    "running": "good running.good",
    "address": "good address.good",
    "clock": "good clock.good",
    "jobs": "good jobs.good",
}
SKIPPED = "skipped skipped"


def beside(seen: dict[str, str]) -> dict[str, str]:
    """Return what is not as in a healthy house."""
    return {check: told for check, told in seen.items() if HEALTHY[check] != told}


async def test_in_a_healthy_house_there_is_nothing_to_put_right(
    house: House, tmp_path: Path
) -> None:
    assert await doctor(house.environ, tmp_path) == Said(
        0,
        "✓ Settings: all can be used.\n"
        "✓ Database: it answers, can be written, and its tables are up to date (0005).\n"
        "✓ Slack token: Slack knows it: the app is ringback in the workspace Clinique du Parc.\n"
        "✓ Slack scopes: all that the manifest asks for are granted.\n"
        "✓ Signing secret: it is set. Whether it is the right one shows with the first `/call` "
        "over HTTP.\n"
        "– Socket Mode token: it is not set: Slack reaches Ringback over HTTP.\n"
        "✓ AlloMia key: AlloMia knows it.\n"
        "– Call log: ALLOMIA_ORGANIZATION_ID is not set, so summaries and outcomes of calls are "
        "not looked for. AlloMia's support can tell the id.\n"
        "✓ Running: Ringback runs and answers.\n"
        "✓ Public address: PUBLIC_URL (127.0.0.1) leads to this installation.\n"
        "✓ Clock: it agrees with Slack's.\n"
        "✓ Jobs: none has been failing for long, and no outcome was given up.\n"
        "Nothing is wrong.\n",
    )
    assert read(await doctor(house.environ, tmp_path, "--json")) == HEALTHY
    assert await found(house, tmp_path) == HEALTHY
    assert house.allomia.dialled() == []


@sqlite_only
@pytest.mark.no_tables
async def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(
    closed_house: House, tmp_path: Path
) -> None:
    assert beside(await found(closed_house, tmp_path)) == {
        "database": "note database.new",
        "running": "note running.not",
        "address": "note address.later",
    }
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - one look


async def test_without_settings_what_can_be_looked_at_is(tmp_path: Path) -> None:
    status, out = await doctor({"DATABASE_URL": "sqlite:///no/such/folder/x.db"}, tmp_path)
    lines = out.splitlines()
    assert status == 1
    assert [line[:1] for line in lines] == [*"✗✗✗✗––––", *"–––––––", "T"]
    assert lines[0].startswith("✗ Settings: SLACK_BOT_TOKEN is missing: copy the Bot User OAuth")
    assert lines[4] == "– Database: skipped until DATABASE_URL is right."
    assert lines[-1] == "Things to put right: 4."


async def test_a_file_of_settings_that_cannot_be_read_is_one_finding(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("SLACK_BOT_TOKEN=é".encode("latin-1"))
    status, out = await doctor({}, tmp_path)
    lines = out.splitlines()
    assert (status, lines[0]) == (1, "✗ Settings: .env cannot be read. Save it as UTF-8.")
    assert lines[-1] == "Things to put right: 1."


@sqlite_only
@pytest.mark.parametrize(
    ("name", "value", "skipped"),
    [
        ("SLACK_BOT_TOKEN", "hush hush", {"token", "scopes", "clock"}),
        ("SLACK_APP_TOKEN", "hush hush", {"socket"}),
        ("SLACK_SIGNING_SECRET", "", {"secret"}),
        ("SLACK_API_URL", "slack.com", {"token", "scopes", "socket", "clock"}),
        ("ALLOMIA_API_KEY", "", {"allomia", "records"}),
        ("ALLOMIA_TIMEOUT", "-1", {"allomia", "records"}),
        ("ALLOMIA_ORGANIZATION_ID", "not one", {"records"}),
        ("DATABASE_URL", "mysql://u:hush@h/n", {"database", "address", "jobs"}),
        ("PUBLIC_URL", "calls.example", {"address"}),
        ("DEFAULT_LANGUAGE", "de", set()),
    ],
)
async def test_one_setting_that_is_wrong_leaves_the_others_to_be_looked_at(
    house: House, tmp_path: Path, name: str, value: str, skipped: set[str]
) -> None:
    house.environ[name] = value
    assert beside(await found(house, tmp_path)) == {
        "settings": "wrong settings.wrong",
        **dict.fromkeys(skipped, SKIPPED),
    }


def dead(house: House) -> None:
    house.slack.bot_token = "xoxb-other"


def late(seconds: float) -> Callable[[House], None]:
    def arranged(house: House) -> None:
        house.slack.workspace.clock = lambda: time.time() - seconds

    return arranged


def unanswered(house: House) -> None:
    house.environ["ALLOMIA_TIMEOUT"] = "0.5"
    house.allomia.answer_status(hang=True)


def known(house: House) -> None:
    house.environ["ALLOMIA_ORGANIZATION_ID"] = ORGANIZATION_ID


def unread(house: House) -> None:
    known(house)
    house.allomia.answer_log(status=403)


SILENT = {"token": "wrong slack_away", "scopes": "skipped unheard"}
CROSSES: dict[str, tuple[Callable[[House], object], dict[str, str]]] = {
    "dead token": (dead, {"token": "wrong token.dead", "scopes": "skipped unheard"}),
    "wrong kind of token": (
        lambda h: h.slack.fail("auth.test", error="not_allowed_token_type"),
        {"token": "wrong token.dead", "scopes": "skipped unheard"},
    ),
    "Slack away": (
        lambda h: h.slack.fail("auth.test", drop=True),
        SILENT | {"clock": "skipped unheard"},
    ),
    "Slack down": (lambda h: h.slack.fail("auth.test", status=503), SILENT),
    "Slack busy": (lambda h: h.slack.fail("auth.test", status=429, retry_after=30.0), SILENT),
    "Slack says more than a word": (
        lambda h: h.slack.fail("auth.test", error=f"no: {h.slack.bot_token}"),
        SILENT,
    ),
    "a scope": (
        lambda h: h.slack.workspace.app.scopes.remove("chat:write"),
        {"scopes": "wrong scopes.missing"},
    ),
    "an optional scope": (
        lambda h: h.slack.workspace.app.scopes.remove("im:history"),
        {"scopes": "note scopes.optional"},
    ),
    "a clock": (late(400), {"clock": "wrong clock.wrong"}),
    "a clock from tomorrow": (late(-86400), {"clock": "wrong clock.wrong"}),
    "nearly a clock": (late(90), {"clock": "note clock.skewed"}),
    "AlloMia's key": (
        lambda h: setattr(h.allomia, "api_key", "other"),
        {"allomia": "wrong allomia.key"},
    ),
    "AlloMia's permission": (
        lambda h: h.allomia.answer_status(status=403),
        {"allomia": "wrong allomia.forbidden"},
    ),
    "the organization's log": (known, {"records": "good records.good"}),
    "another organization": (
        lambda h: h.environ.update(ALLOMIA_ORGANIZATION_ID="another"),
        {"records": "wrong records.unknown"},
    ),
    "a log that is not told": (unread, {"records": "wrong records.untold"}),
    "AlloMia's fault": (
        lambda h: h.allomia.answer_status(status=500),
        {"allomia": "wrong allomia.strange"},
    ),
    "not AlloMia": (
        lambda h: h.allomia.answer_status(status=200, json={"status": "completed"}),
        {"allomia": "wrong allomia.strange"},
    ),
    "AlloMia away": (
        unanswered,
        {"allomia": "wrong allomia.unreachable"},
    ),
}


@sqlite_only
@pytest.mark.parametrize("name", CROSSES)
async def test_what_is_wrong_is_found_and_nothing_else_is(
    house: House, tmp_path: Path, name: str
) -> None:
    arrange, expected = CROSSES[name]
    arrange(house)
    assert beside(await found(house, tmp_path)) == expected


@sqlite_only
async def test_socket_mode_s_token_is_tried(house: House, tmp_path: Path) -> None:
    house.environ |= OVER_A_SOCKET | {"SLACK_SIGNING_SECRET": ""}
    seen = [beside(await found(house, tmp_path))]
    house.slack.sockets.scopes = set()
    seen.append(beside(await found(house, tmp_path)))
    house.environ["SLACK_APP_TOKEN"] = "xapp-other"
    seen.append(beside(await found(house, tmp_path)))
    unneeded = {"secret": "note secret.unneeded"}
    assert seen == [
        unneeded | {"socket": "good socket.good"},
        unneeded | {"socket": "wrong socket.scope"},
        unneeded | {"socket": "wrong socket.dead"},
    ]


async def revise(house: House, revision: str) -> None:
    async with database_of(house) as database, database.write() as connection:
        statement = text("UPDATE alembic_version SET version_num = :revision")
        await connection.execute(statement, {"revision": revision})


async def test_the_database_and_its_tables_are_looked_at(house: House, tmp_path: Path) -> None:
    seen = []
    for revision in ("0001", "9999", "0005"):
        await revise(house, revision)
        seen.append(beside(await found(house, tmp_path)))
    async with away(house):
        seen.append(beside(await found(house, tmp_path)))
    unread = {"address": SKIPPED, "jobs": SKIPPED}
    unknown = {} if house.environ["DATABASE_URL"].startswith("sqlite") else unread
    assert seen == [
        {"database": "note database.behind"},
        {"database": "wrong database.ahead"},
        {},
        {"database": "wrong database.away"} | unknown,
    ]


@asynccontextmanager
async def neighbour(body: str) -> AsyncIterator[int]:
    """Serve one answer to everything, and give the port."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=body)

    site = web.Application()
    site.router.add_get("/{rest:.*}", answer)
    runner = web.AppRunner(site)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield port
    finally:
        await runner.cleanup()


OTHER = '{"status": "ok", "instance": "0123"}'


@sqlite_only
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (OTHER, "wrong address.other"),
        ("<h1>It works!</h1>", "wrong address.stranger"),
        ('{"instance": 5}', "wrong address.stranger"),
        ("[]", "wrong address.stranger"),
        ("[" * 4096, "wrong address.stranger"),
        ("", "wrong address.stranger"),
    ],
)
async def test_a_public_address_that_leads_elsewhere_is_found(
    house: House, tmp_path: Path, body: str, expected: str
) -> None:
    async with neighbour(body) as port:
        house.environ["PUBLIC_URL"] = f"http://user:hush@127.0.0.1:{port}"
        assert beside(await found(house, tmp_path)) == {"address": expected}


@sqlite_only
async def test_where_ringback_runs_is_told_from_where_it_does_not(
    house: House, tmp_path: Path
) -> None:
    public, seen = house.environ["PUBLIC_URL"], []
    async with neighbour(OTHER) as port:
        for changes in (
            {"PUBLIC_URL": f"http://127.0.0.1:{free_port()}"},
            {"PUBLIC_URL": ""},
            {"PUBLIC_URL": public, "PORT": str(free_port())},
            {"PORT": str(port)},
            {"PUBLIC_URL": "", "PORT": str(port)},
            {"PORT": "0"},
        ):
            house.environ |= changes
            seen.append(beside(await found(house, tmp_path)))
    unset = {"address": "note address.unset"}
    assert seen == [
        {"address": "wrong address.unreachable"},
        unset,
        {"running": "good running.elsewhere"},
        {"running": "good running.elsewhere"},
        {"running": "wrong running.taken"} | unset,
        {"running": "note running.not"} | unset,
    ]


@sqlite_only
async def test_it_is_told_in_the_operator_s_language(house: House, tmp_path: Path) -> None:
    house.environ["DEFAULT_LANGUAGE"] = "fr"
    house.allomia.answer_status(status=401)
    status, out = await doctor(house.environ, tmp_path)
    assert status == 1
    assert "✗ Clé d’AlloMia\u00a0: AlloMia ne l’accepte pas." in out
    assert out.endswith("À corriger\u00a0: 1.\n")


NOW = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "key"),
    [
        ("Sun, 01 Mar 2026 12:00:00 GMT", "clock.good"),
        ("Sun, 01 Mar 2026 12:00:00 -0000", "clock.good"),
        ("Sun, 01 Mar 2026 11:59:30 GMT", "clock.good"),
        ("Sun, 01 Mar 2026 11:59:29 GMT", "clock.skewed"),
        ("Sun, 01 Mar 2026 12:05:30 GMT", "clock.skewed"),
        ("Sun, 01 Mar 2026 12:05:31 GMT", "clock.wrong"),
        (None, "clock.untold"),
        ("yesterday", "clock.untold"),
        ("Sun, 99 Mar 2026 12:00:00 GMT", "clock.untold"),
    ],
)
def test_a_clock_is_compared_as_far_as_slack_tells_its_own(date: str | None, key: str) -> None:
    assert findings.clock(date, NOW).reason.key == f"doctor.{key}"


def test_scopes_that_slack_does_not_tell_are_a_note() -> None:
    assert findings.scopes(None, {"a"}, set()).mark == "note"
    assert findings.scopes("b,a", {"a", "b"}, set()).mark == "good"


def test_an_installation_without_a_database_is_not_guessed() -> None:
    met = Met(instance="0123")
    assert findings.running(None, met, None, "x").reason.key == "doctor.running.good"
    assert findings.address(None, met, "x", runs=True).mark == "skipped"


async def answered(house: House, person: str = ADMIN, channel: str = FRONT_DESK) -> Message:
    """Type ``/call doctor``, and wait for what only this person sees."""
    asking = house.slack.person(person)
    before = len(asking.ephemerals)
    answer = await asking.command("doctor", channel)
    assert (answer.status, answer.text) == (200, "")
    await house.slack.until(lambda: len(asking.ephemerals) > before)
    return asking.ephemerals[-1]


async def test_an_administrator_is_told_in_slack(house: House) -> None:
    message = await answered(house)
    lines = message.words.splitlines()
    assert message.text.startswith("*Nothing is wrong.*\n")
    assert [line for line in lines if "white_check_mark" in line] == [
        line for line in lines if not re.search("Nothing|Socket Mode|Call log", line)
    ]
    assert lines[-1] == ":white_check_mark: *This conversation*: I may write here."
    assert house.allomia.dialled() == []


@sqlite_only
async def test_what_is_wrong_is_told_in_slack_too_in_the_person_s_language(house: House) -> None:
    house.slack.workspace.users[BENOIT].is_admin = True
    house.allomia.answer_status(status=401)
    message = await answered(house, BENOIT)
    assert ":x: *Clé d’AlloMia* : AlloMia ne l’accepte pas." in message.words
    assert "*À corriger\u00a0: 1.*" in message.words


@sqlite_only
async def test_nobody_else_is_told(house: House) -> None:
    message = await answered(house, house.ana.id)
    assert message.words.startswith("Only administrators of this workspace may see")
    house.slack.fail("users.info", error="internal_error", times=None)
    unsure = await answered(house)
    assert unsure.words.startswith("Slack did not tell me whether you administer")
    assert house.slack.said("conversations.info") == []


async def archive(house: House) -> None:
    """Archive the front desk as soon as the command has been typed there."""
    house.slack.fail("conversations.info", delay=0.3)
    await house.slack.until(lambda: "conversations.info" in house.slack.held or None)
    house.slack.workspace.channels[FRONT_DESK].archived = True


@sqlite_only
async def test_whether_it_may_write_where_it_is_asked_is_told(house: House) -> None:
    seen = [(await answered(house, channel=c)).words for c in (BILLING, GROUP)]
    seen.append((await answered(house, channel=house.slack.person(ADMIN).direct.id)).words)
    house.slack.fail("conversations.info", error="missing_scope")
    seen.append((await answered(house)).words)
    _, last = await asyncio.gather(archive(house), answered(house))
    told = [words.splitlines()[-1].removeprefix(":x: *This conversation*: ") for words in seen]
    assert told == [
        "I am not a member, so calls cannot report here. Type `/invite @Ringback`.",
        (
            "I cannot see it, so calls cannot report here. Type `/invite @Ringback`; in a group of "
            "people's direct messages, use a channel instead."
        ),
        (
            ":information_source: *This conversation*: calls asked for in a direct message report "
            "in my own direct message with whoever asked."
        ),
        (
            "Slack did not tell me whether I may write here (missing_scope). Try again, and check "
            "the scopes above."
        ),
    ]
    assert last.words.endswith("it is archived, so calls cannot report here. Use another one.")

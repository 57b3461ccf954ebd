"""Socket Mode: the same app and the same answers, over connections that come and go."""

import asyncio
import contextlib
import json
import logging
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

import app
import test_buttons
import test_command
import test_submission
from handlers.logs import Json, Lines
from house import NUMBER, OVER_A_SOCKET, House, settings_of
from process import at_hand
from records import held
from sandbox.courier import AS_JSON, Parcel, Seal
from sandbox.rehearsal import free_port
from sandbox.slack import Slack
from sandbox.slack_socket import MOST, Reason
from sandbox.workspace import FRONT_DESK
from slack_rules.judge import complaints
from test_submission import dialled, form_of

FORM = {"number": NUMBER, "name": "Marie"}
SAME = [
    test_submission.test_everything_wrong_is_told_at_once_each_beside_its_field,
    test_submission.test_everything_wrong_is_told_in_french_to_who_reads_french,
    test_submission.test_a_number_with_a_live_call_wants_a_confirmation,
    test_submission.test_submissions_at_the_same_instant_are_one_call,
    test_submission.test_a_database_that_does_not_answer_is_said_in_time_and_nothing_is_placed,
    test_command.test_help_and_whatever_is_not_understood_explain_the_command,
    test_command.test_a_quick_dial_that_cannot_be_placed_tells_everything_wrong,
    test_command.test_somebody_french_is_answered_in_french_from_the_second_word_on,
    test_command.test_a_person_is_answered_in_time_though_the_database_does_not,
    test_command.test_a_command_delivered_twice_opens_one_form_and_dials_once,
    test_buttons.test_call_again_opens_the_form_filled_in_and_dials_nobody,
    test_buttons.test_details_show_everything_to_who_asked_and_not_to_a_colleague,
    test_buttons.test_a_button_whose_call_cannot_be_read_says_so,
]


@pytest.fixture
def database_url(tmp_path: Path, sqlite_tables: Path) -> str:
    """Give SQLite only: the way in knows no database."""
    return f"sqlite:///{shutil.copy(sqlite_tables, tmp_path / 'ringback.db')}"


@pytest.fixture
async def house(closed_house: House) -> AsyncIterator[House]:
    """Give the app between its two stand-ins, in Socket Mode."""
    async with closed_house.open(**OVER_A_SOCKET):
        yield closed_house


@pytest.mark.parametrize("same", SAME, ids=lambda same: same.__name__)
async def test_over_a_socket_it_is_the_same(
    house: House, same: Callable[[House], Awaitable[None]]
) -> None:
    await same(house)
    assert sum(line.carried for line in house.slack.sockets.lines) > 0


async def test_cancel_works_over_a_socket(closed_house: House) -> None:
    async with closed_house.open(UNDO_SECONDS="30", **OVER_A_SOCKET) as house:
        await house.ana.command(f"now {NUMBER} Marie", FRONT_DESK)
        assert (await house.benoit.press(await house.card("Queued"), "cancel")).status == 200
        await house.reply("was cancelled")


async def status_of(method: str, url: str) -> int:
    async with aiohttp.ClientSession() as session, session.request(method, url) as answer:
        return answer.status


async def test_slack_has_no_route_then_and_everybody_else_has(house: House) -> None:
    assert await status_of("POST", f"{house.url}/slack/events") == 404
    paths = ("allomia/callback/x", "healthz", "readyz")
    assert [await status_of("GET", f"{house.url}/{path}") for path in paths] == [405, 200, 200]


@pytest.mark.parametrize(("role", "sockets"), [("worker", 0), ("web", 1)])
async def test_a_worker_opens_no_socket(closed_house: House, role: str, sockets: int) -> None:
    house = closed_house
    environ = house.environ | OVER_A_SOCKET | {"ROLE": role}
    async with app.running(settings_of(environ)):
        if sockets:
            await house.slack.sockets.until()
    assert len(house.slack.said("apps.connections.open")) == sockets


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_connection_renewed_in_the_middle_loses_nothing(
    house: House, reason: Reason
) -> None:
    form = await form_of(house, house.ana)
    async with held(house.environ["DATABASE_URL"]):
        submitting = asyncio.create_task(house.ana.submit(form, FORM))
        await house.slack.until(lambda: house.slack.sockets.lines[0].waiting)
        await house.slack.sockets.disconnect(reason, after=5)
        await house.slack.sockets.until()
    answer = await submitting
    assert (answer.status, answer.text, house.slack.sockets.opened) == (200, "", 2)
    await dialled(house)
    assert len(house.cards()) == 1


async def test_renewed_again_and_again_it_is_always_there(house: House) -> None:
    for count in range(2, 5):
        await house.slack.sockets.disconnect("refresh_requested", after=0)
        await house.slack.until(lambda n=count: house.slack.sockets.opened == n)  # type: ignore[misc]
        await house.slack.sockets.until()
        assert (await house.ana.command("help", FRONT_DESK)).status == 200
    await house.slack.until(lambda: len(house.slack.sockets.lines) == 1)


async def test_a_connection_lost_in_the_middle_places_what_it_brought_once(house: House) -> None:
    form = await form_of(house, house.ana)
    async with held(house.environ["DATABASE_URL"]):
        submitting = asyncio.create_task(house.ana.submit(form, FORM, seal=Seal(deliberate=True)))
        await house.slack.until(lambda: house.slack.sockets.lines[0].waiting)
        house.slack.sockets.drop()
        answer = await submitting
    assert (answer.status, form.is_open) == (0, True)  # Slack tells the person it did not work
    await house.slack.sockets.until()
    assert (await house.ana.repeat(answer)).status == 200
    await dialled(house)
    assert len(house.cards()) == 1


async def test_slack_away_at_the_start_is_waited_for(
    closed_house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house = closed_house
    await house.slack.stop()
    async with app.running(settings_of(house.environ | OVER_A_SOCKET)):
        async with asyncio.timeout(30):
            while tries(caplog) < 2:
                assert await status_of("GET", f"{house.url}/readyz") == 200
        await house.slack.start()
        await house.slack.sockets.until()
        await house.placed()


def tries(caplog: pytest.LogCaptureFixture) -> int:
    return sum("opens no socket" in record.message for record in caplog.records)


async def test_slack_away_for_a_while_is_come_back_to(house: House) -> None:
    await house.slack.stop()
    await house.slack.start()
    await house.slack.sockets.until()
    await house.placed()


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ({"error": "internal_error"}, "internal_error"),
        ({"retry_after": 1.0}, "ratelimited"),
        ({"status": 503}, "http_503"),
        ({"drop": True}, "ServerDisconnectedError"),
    ],
    ids=str,
)
async def test_an_opening_that_fails_is_tried_again(
    closed_house: House, caplog: pytest.LogCaptureFixture, fault: dict[str, object], word: str
) -> None:
    closed_house.slack.fail("apps.connections.open", **fault)  # type: ignore[arg-type]
    async with closed_house.open(**OVER_A_SOCKET) as house:
        await house.placed()
    (record,) = (r for r in caplog.records if "opens no socket" in r.message)
    assert vars(record)["error"] == word
    assert vars(record)["again_in"] == (1.0 if word == "ratelimited" else 0.25)


@contextlib.asynccontextmanager
async def another_slack(answers: list[object]) -> AsyncIterator[tuple[str, asyncio.Queue[str]]]:
    """Serve a Slack that knows one method and refuses every socket; tell where and what."""
    seen: asyncio.Queue[str] = asyncio.Queue()
    port = free_port()

    async def asked(_: web.Request) -> web.Response:
        seen.put_nowait("asked")
        answer = json.dumps(answers.pop(0) if answers else {"ok": False, "error": "enough"})
        text = answer.replace("HERE", f"ws://127.0.0.1:{port}/link/?ticket=")
        return web.Response(text=text, content_type="application/json")

    async def connected(request: web.Request) -> web.Response:
        seen.put_nowait(request.query["ticket"])
        return web.Response(status=503)

    site = web.Application()
    site.router.add_post("/api/apps.connections.open", asked)
    site.router.add_get("/link/", connected)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}/api/", seen
    finally:
        await runner.cleanup()


async def first_seen(house: House, answers: list[object], many: int) -> list[str]:
    """Run the app at that Slack until it has seen so much."""
    async with another_slack(answers) as (url, seen):
        environ = house.environ | OVER_A_SOCKET | {"SLACK_API_URL": url}
        async with app.running(settings_of(environ)), asyncio.timeout(30):
            return [await seen.get() for _ in range(many)]


NO_ADDRESS: list[object] = [
    None,
    [1],
    5,
    {"ok": True},
    {"ok": True, "url": 5},
    {"ok": True, "url": "nonsense"},
]


@pytest.mark.parametrize("answer", NO_ADDRESS, ids=str)
async def test_an_address_that_is_none_is_asked_for_again(
    closed_house: House, answer: object
) -> None:
    assert await first_seen(closed_house, [answer], 2) == ["asked", "asked"]


async def test_an_address_that_was_refused_is_neither_tried_again_nor_logged(
    closed_house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers: list[object] = [
        {"ok": True, "url": "HEREfirst-secret"},
        {"ok": True, "url": "HEREsecond-secret"},
    ]
    assert await first_seen(closed_house, answers, 4) == [
        "asked",
        "first-secret",
        "asked",
        "second-secret",
    ]
    lines = [style.format(record) for style in (Lines(), Json()) for record in caplog.records]
    assert [line for line in lines if "-secret" in line] == []


async def test_payloads_go_to_any_of_two_apps(closed_house: House) -> None:
    house = closed_house
    async with closed_house.open(**OVER_A_SOCKET):
        second = house.environ | {"PORT": "0"}
        async with app.running(settings_of(second)):
            await house.slack.sockets.until(2)
            for _ in range(2):
                form = await form_of(house, house.ana)
                await house.ana.submit(form, FORM | {"name": "Marie"})
                if form.is_open:
                    await house.ana.close(form)
            await dialled(house)
            assert [line.carried for line in house.slack.sockets.lines] == [2, 2]
        await house.slack.until(lambda: len(house.slack.sockets.lines) == 1)
        assert (await house.ana.command("help", FRONT_DESK)).status == 200


NONSENSE: list[object] = [
    None,
    5,
    [],
    "x",
    {},
    {"type": "view_submission"},
    {"type": "view_submission", "view": None},
    {"type": "view_submission", "view": 5, "user": 5, "team": 5},
    {"type": "block_actions", "actions": []},
    {"type": "no such", "response_urls": [], "authorizations": 5},
    {"command": "/x"},
]


async def test_nonsense_over_a_socket_is_not_acknowledged_and_does_no_harm(house: House) -> None:
    (line,) = house.slack.sockets.lines
    for text in ("", "{", "[]", "null", "5", "[" * 100_000, '{"envelope_id": 5}'):
        await line.socket.send_str(text)
    await line.socket.send_bytes(b"\xff")
    parcels = [Parcel("nonsense", json.dumps(one).encode(), AS_JSON) for one in NONSENSE]
    seal = Seal(deliberate=True)
    await asyncio.gather(*(house.slack.deliver(parcel, seal) for parcel in parcels))
    assert (house.allomia.log, house.cards(), house.slack.sockets.opened) == ([], [], 1)
    await house.placed()


async def test_an_envelope_in_a_binary_frame_is_answered_too(house: House) -> None:
    (line,) = house.slack.sockets.lines
    said = line.waiting["B"] = asyncio.get_running_loop().create_future()
    typed = await house.ana.command("help", FRONT_DESK)
    envelope = {"envelope_id": "B", "type": "slash_commands", "payload": typed.sent.payload}
    await line.socket.send_bytes(json.dumps(envelope).encode())
    async with asyncio.timeout(30):
        assert await said == {"envelope_id": "B", "payload": json.loads(typed.text)}


async def test_a_message_of_any_size_is_survived(house: House) -> None:
    (line,) = house.slack.sockets.lines
    with contextlib.suppress(ConnectionError):
        await line.socket.send_str('"' + "5" * 5_000_000 + '"')
    await house.slack.until(lambda: house.slack.sockets.opened == 2)
    await house.slack.sockets.until()
    await house.placed()


async def test_no_log_holds_a_token_or_a_ticket(
    closed_house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house = closed_house
    caplog.set_level(logging.DEBUG)
    for fault in ({"error": "invalid_auth"}, {"status": 502}, {"drop": True}):
        house.slack.fail("apps.connections.open", **fault)
    async with house.open(**OVER_A_SOCKET):
        house.slack.sockets.drop()
        await house.slack.until(lambda: house.slack.sockets.opened == 2)
    tickets = [
        one.answer["url"].partition("ticket=")[2]
        for one in house.slack.said("apps.connections.open")
        if isinstance(one.answer, dict) and "url" in one.answer
    ]
    lines = [style.format(record) for style in (Lines(), Json()) for record in caplog.records]
    secrets = [OVER_A_SOCKET["SLACK_APP_TOKEN"], *(t.partition("&")[0] for t in tickets)]
    assert len(tickets) == 2
    assert [line for line in lines for secret in secrets if secret in line] == []


async def test_told_to_end_it_answers_what_it_has_heard_and_ends(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    async with at_hand(house.environ | OVER_A_SOCKET, tmp_path) as process:
        await house.slack.sockets.until()
        form = await form_of(house, house.ana)
        async with held(house.environ["DATABASE_URL"]):
            submitting = asyncio.create_task(house.ana.submit(form, FORM))
            await house.slack.until(lambda: house.slack.sockets.lines[0].waiting)
            assert await status_of("GET", f"{house.url}/healthz") == 200  # by now it has heard
            ending = asyncio.create_task(process.end())
            assert (await submitting).status == 200
        assert await ending == 0
    assert not [line for line in process.lines if "Traceback" in line]
    assert house.slack.sockets.lines == []


async def test_slack_gone_it_ends_all_the_same(closed_house: House, tmp_path: Path) -> None:
    house = closed_house
    del house.environ["SLACK_SIGNING_SECRET"]  # nothing is signed that comes over a socket
    async with at_hand(house.environ | OVER_A_SOCKET, tmp_path) as process:
        await house.slack.sockets.until()
        await house.slack.stop()
        await process.says("opens no socket")
        assert await process.end() == 0


# The stand-in itself.


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack() as slack:
        yield slack
        assert complaints(slack.log) == []


async def opening(slack: Slack, token: str) -> str:
    client = AsyncWebClient(base_url=slack.url, retry_handlers=[])
    try:
        answer = await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        return str(error.response["error"])
    return str(answer["url"])


async def test_an_address_is_for_the_app_s_own_token_only(slack: Slack) -> None:
    tokens = ("", "xapp-other", slack.bot_token)
    assert [await opening(slack, token) for token in tokens] == [
        "not_authed",
        "invalid_auth",
        "not_allowed_token_type",
    ]
    slack.sockets.scopes.clear()
    assert await opening(slack, slack.sockets.token) == "missing_scope"
    assert slack.courier.socket is None


async def test_an_address_is_good_for_one_connection(slack: Slack) -> None:
    url = await opening(slack, slack.sockets.token)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_an_eleventh_connection_is_refused(slack: Slack) -> None:
    async with aiohttp.ClientSession() as session, contextlib.AsyncExitStack() as stack:
        told = []
        for _ in range(MOST + 1):
            url = await opening(slack, slack.sockets.token)
            socket = await stack.enter_async_context(session.ws_connect(url))
            told.append(await socket.receive_json())
        assert [one.get("num_connections") for one in told] == [*range(1, MOST + 1), None]
        assert told[-1] == {"type": "disconnect", "reason": "too_many_websockets"}


async def test_what_nobody_acknowledges_is_not_answered(slack: Slack) -> None:
    seal = Seal(deliberate=True)
    ana = slack.person("U0ANA00001")
    url = await opening(slack, slack.sockets.token)
    assert (await ana.command("", FRONT_DESK, seal=seal)).status == 0  # nor sent over HTTP
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        typing = asyncio.create_task(ana.command("", FRONT_DESK, seal=seal))
        envelope = await socket.receive_json()
        assert envelope["payload"]["command"] == "/call"
        assert envelope.keys() == {
            "envelope_id",
            "type",
            "payload",
            "accepts_response_payload",
        }
        await socket.send_json({"envelope_id": "another"})
        answer = await typing
        assert (answer.status, answer.in_time, answer.seconds >= 3) == (0, False, True)

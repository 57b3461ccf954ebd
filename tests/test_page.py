"""The page over HTTP: what it shows, what can be done on it, and who may ask."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from yarl import URL

from house import NUMBER
from rehearsed import JSON, Visitor, answering, visited
from sandbox import stage
from sandbox.form_faults import faults_of_form
from sandbox.masks import masked
from sandbox.modals import View
from sandbox.page import FILES, HEADERS, served
from sandbox.rehearsal import Rehearsal
from sandbox.workspace import ADMIN, ANA, BENOIT, BILLING, DIRECT, FRONT_DESK, Face
from slack_rules.check_slack import check_payload
from views.text import LANGUAGES, sentences

EMOJI = re.compile(r":([a-z_]+):")
NOW = {"do": "command", "command": "/call", "text": f"now {NUMBER} Marie", "channel": FRONT_DESK}


@pytest.fixture
async def visitor(tmp_path: Path) -> AsyncIterator[Visitor]:
    async with visited(tmp_path) as visitor:
        yield visitor


def words(state: JSON, *, thread: bool = False) -> str:
    return "\n".join(
        json.dumps(message["blocks"], ensure_ascii=False) + message["text"]
        for message in state["messages"]
        if bool(message["thread"]) is thread
    )


def card(state: JSON) -> JSON | None:
    cards: list[JSON] = [message for message in state["messages"] if not message["thread"]]
    return cards[-1] if cards else None


def only(calls: list[JSON]) -> JSON | None:
    return calls[0] if calls else None


async def flying(visitor: Visitor) -> str:
    """Place a call and return AlloMia's id of it, once it is in flight."""
    assert await visitor.gesture(**NOW) == (200, {})
    call = await visitor.until(lambda state: only(state["allomia"]["calls"]))
    await visitor.until(lambda state: "Calling" in words(state))
    return str(call["id"])


async def form(visitor: Visitor) -> JSON:
    assert (await visitor.gesture(**{**NOW, "text": ""}))[0] == 200
    return await visitor.until(lambda state: only(state["views"]))


async def test_the_whole_story_can_be_played(visitor: Visitor) -> None:
    view = await form(visitor)
    assert view["state"]["number"]["number"]["value"] is None
    values = {"number": NUMBER, "name": "Marie"}
    assert await visitor.gesture(do="submit", view=view["id"], values=values) == (200, {})
    call = await visitor.until(lambda state: only(state["allomia"]["calls"]))
    assert (call["number"], call["name"], call["status"]) == (NUMBER, "Marie", "calling")
    assert await visitor.turn(do="end", call=call["id"], status="completed") == (200, {})

    await visitor.until(lambda state: "Marie was reached" in words(state, thread=True))
    state = await visitor.until(lambda s: s if "Completed" in words(s) else None)
    shown = card(state)
    assert shown is not None
    assert (shown["replies"], shown["edited"], state["views"]) == (1, True, [])
    assert {one["what"] for one in state["log"]} >= {"slash_command", "views.open", "callback"}


async def test_a_page_says_who_looks_and_what_the_command_takes(visitor: Visitor) -> None:
    seen = []
    for visitor.me in (ANA, BENOIT, ADMIN):
        me = (await visitor.state())["me"]
        seen.append((me["locale"], me["tz"], me["isAdmin"]))
    assert seen == [
        ("en-US", "America/Toronto", False),
        ("fr-FR", "America/Halifax", False),
        ("en-GB", "Europe/London", True),
    ]
    (command,) = (await visitor.state())["commands"]
    assert command["name"] == "/call"
    assert "now <number>" in command["usage"]


async def test_the_app_is_invited_where_it_was_no_member(visitor: Visitor) -> None:
    there = {"channel": BILLING}
    await visitor.gesture(**{**NOW, **there})
    await visitor.until(lambda state: "invite me there" in words(state))
    for _ in range(2):
        assert await visitor.gesture(do="invite", **there) == (200, {})
    await visitor.gesture(**{**NOW, **there})
    await visitor.until(lambda state: "Calling" in words(state))
    assert (await visitor.gesture(do="invite", channel=DIRECT))[0] == 409


async def test_nobody_sees_what_is_for_others(visitor: Visitor) -> None:
    await visitor.gesture(**{**NOW, "text": "help"})
    await visitor.gesture(do="say", text="<only> us", channel="C0PRIV0001")
    mine = await visitor.until(lambda state: state["messages"][1:] and state["messages"])
    assert [message["ephemeral"] for message in mine] == [True, False]
    assert mine[1]["text"] == "&lt;only&gt; us"
    visitor.me = BENOIT
    state = await visitor.state()
    assert state["messages"] == []
    assert "private" not in {channel["name"] for channel in state["conversations"]}


async def test_what_slack_misses_is_said_beside_the_field(visitor: Visitor) -> None:
    view = await form(visitor)
    asked = len(visitor.house.slack.said("view_submission"))
    await visitor.gesture(do="submit", view=view["id"], values={"name": "Marie"})
    (view,) = (await visitor.state())["views"]
    assert view["errors"] == {"number": "Please complete this required field."}
    assert len(visitor.house.slack.said("view_submission")) == asked

    await visitor.gesture(do="submit", view=view["id"], values={"number": "12"})
    (view,) = (await visitor.state())["views"]
    assert "digits" in view["errors"]["number"] or "number" in view["errors"]["number"]
    assert view["state"]["number"]["number"]["value"] == "12"
    await visitor.gesture(do="close", view=view["id"])
    assert (await visitor.state())["views"] == []


async def test_a_button_is_pressed_in_a_message_and_in_a_window(visitor: Visitor) -> None:
    await flying(visitor)
    shown = await visitor.until(card)
    actions = next(block for block in shown["blocks"] if block["type"] == "actions")
    where = {"channel": shown["channel"], "ts": shown["ts"], "block": actions["block_id"]}
    assert await visitor.gesture(do="press", action="details", **where) == (200, {})
    await visitor.until(lambda state: "Time line" in json.dumps(state["views"]))
    status, body = await visitor.gesture(do="press", action="nothing", **where)
    assert (status, "0 elements" in body["error"]) == (409, True)
    status, body = await visitor.gesture(
        do="press", action="details", block="b", channel="C", ts="1"
    )
    assert (status, body) == (409, {"error": "this message is gone"})
    assert (await visitor.gesture(do="press", action="a", block="b"))[0] == 409


async def test_each_way_to_ring_is_answered(visitor: Visitor) -> None:
    call = await flying(visitor)
    await visitor.turn(do="forge", call=call, what="address")
    await visitor.turn(do="forge", call=call, what="news")
    await visitor.turn(do="ring", call=call, times=20)
    (told,) = (await visitor.state())["allomia"]["calls"]
    assert told["rings"] == [404, *[204] * 21]
    assert "Calling" in words(await visitor.state())

    await visitor.turn(do="end", call=call, status="busy", ring=0)
    await visitor.until(lambda state: "the line was busy" in words(state, thread=True))
    (told,) = (await visitor.state())["allomia"]["calls"]
    assert len(told["rings"]) == 22
    assert (await visitor.turn(do="end", call=call, status="failed"))[0] == 409
    assert (await visitor.turn(do="ring", call="no such call"))[0] == 409
    await visitor.turn(do="forge", call=call, what="news")


async def test_the_next_create_can_go_wrong_once(visitor: Visitor) -> None:
    assert len((await visitor.state())["allomia"]["faults"]) == 13
    await visitor.turn(do="next", fault="404")
    await visitor.turn(do="next", fault="422")
    assert (await visitor.state())["allomia"]["next"] == "422"
    await visitor.gesture(**NOW)
    await visitor.until(lambda state: "organization is inactive" in words(state))
    assert (await visitor.state())["allomia"]["next"] is None
    await visitor.turn(do="next", fault="500")
    await visitor.turn(do="next", fault=None)
    await flying(visitor)
    assert (await visitor.turn(do="next", fault="418"))[0] == 409


async def test_the_call_log_writes_as_it_is_told(visitor: Visitor) -> None:
    assert (await visitor.state())["records"] == "soon"
    await visitor.turn(do="records", records="never")
    assert (await visitor.state())["records"] == "never"
    assert visitor.house.allomia.call_log.writings[None].after is None
    assert (await visitor.turn(do="records", records="odd"))[0] != 200
    told = {}
    for records in ("call-back", "wrong"):
        await visitor.turn(do="records", records=records)
        told[records] = visitor.house.allomia.call_log.writings[None].fields["callOutcome"]
    assert told == {"call-back": "callback_requested", "wrong": "wrong_number"}


async def test_slack_can_be_down_for_a_while(visitor: Visitor) -> None:
    await visitor.turn(do="weather", weather="down")
    await visitor.gesture(**NOW)
    await visitor.until(lambda state: any(one["status"] == 503 for one in state["log"]))
    assert (await visitor.state())["weather"] == "down"
    await visitor.turn(do="weather", weather="fine")
    await visitor.until(lambda state: "Calling" in words(state))


async def test_home_is_empty_and_asked_for_only_if_the_app_wants_it(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await visitor.state())["home"] is None
    heard = len(visitor.house.slack.said("app_home_opened"))
    assert await visitor.gesture(do="home", tab="home") == (200, {})
    wants = stage.hears_of("app_home_opened")
    assert len(visitor.house.slack.said("app_home_opened")) == heard + wants
    monkeypatch.setitem(stage.manifest()["settings"], "event_subscriptions", EVENTS)
    assert await visitor.gesture(do="home", tab="home") == (200, {})
    assert len(visitor.house.slack.said("app_home_opened")) == heard + wants + 1


EVENTS = {"bot_events": ["app_home_opened"]}


MENU = {"type": "external_select", "action_id": "who", "min_query_length": 1}
LUC = {"text": {"type": "plain_text", "text": "Luc"}, "value": "luc"}


async def test_the_app_fills_a_menu_while_somebody_types(visitor: Visitor) -> None:
    slack = visitor.house.slack
    block = {"type": "actions", "block_id": "menu", "elements": [MENU]}
    message = slack.workspace.post(FRONT_DESK, Face("menu", [block], None))
    slack.workspace.homes[ANA] = {"type": "home", "blocks": [block], "hash": "1"}
    modal = {"type": "modal", "title": LUC["text"], "blocks": [block]}
    view = slack.workspace.modals.open(ANA, FRONT_DESK, modal)
    wish = {"block": "menu", "action": "who"}
    async with answering(visitor.house, {"options": [LUC]}):
        for where in ({"channel": FRONT_DESK, "ts": message.ts}, {"view": view.id}, {}):
            asked = await visitor.gesture(do="suggest", value="lu", **wish, **where)
            assert asked == (200, {"options": [LUC]})
        assert await visitor.gesture(do="press", value=LUC, view=view.id, **wish) == (200, {})
    suggestions = slack.said("block_suggestion")
    assert [check_payload("block_suggestion", one.request) for one in suggestions] == [[], [], []]
    assert view.state["menu"]["who"]["selected_option"] == LUC


async def test_the_log_hides_every_secret(visitor: Visitor) -> None:
    call = await flying(visitor)
    await visitor.turn(do="end", call=call, status="completed")
    await visitor.until(lambda state: "Completed" in words(state))
    log = (await visitor.state())["log"]
    assert sorted(one["number"] for one in log) == list(range(len(log)))
    assert [one["at"] for one in log] == sorted((one["at"] for one in log), reverse=True)
    text = json.dumps([await visitor.get(f"log/{one['number']}") for one in log])
    slack, allomia = visitor.house.slack, visitor.house.allomia
    tickets = slack.workspace.tickets
    secrets = [slack.bot_token, slack.signing_secret, allomia.api_key, *tickets.triggers]
    secrets += [*tickets.response_urls, *(url.rpartition("/")[2] for url in callbacks(visitor))]
    assert [secret for secret in secrets if secret in text] == []
    assert NUMBER in text
    async with visitor.session.get(f"{visitor.address}log/9999") as answer:
        assert answer.status == 404


def callbacks(visitor: Visitor) -> list[str]:
    return [call.callback_url for call in visitor.house.allomia.calls.values() if call.callback_url]


def test_secrets_are_masked_wherever_they_stand() -> None:
    asked: JSON = {
        "token": "t",
        "list": [{"response_url": "http://h/response/abc"}],
        "private_metadata": '{"url": "http://h/response/abc?x", "n": 1}',
        "callbackUrl": "u",
        "authorization": {"team": "T"},
        "said": "key k-1 at http://h/allomia/callback/xyz",
    }
    assert masked(asked, ["k-1"]) == {
        "token": "•••",
        "list": [{"response_url": "•••"}],
        "private_metadata": '{"url": "http://h/response/•••?x", "n": 1}',
        "callbackUrl": "•••",
        "authorization": {"team": "T"},
        "said": "key ••• at http://h/allomia/callback/•••",
    }


async def test_news_are_told_as_they_come(visitor: Visitor) -> None:
    async with visitor.session.get(f"{visitor.address}changes") as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        first = await stream.content.readuntil(b"\n\n")
        await visitor.gesture(do="say", text="hello", channel=FRONT_DESK)
        second = await stream.content.readuntil(b"\n\n")
    assert int(second[6:]) > int(first[6:])


async def test_everything_is_served_with_a_strict_policy(visitor: Visitor) -> None:
    for path in ("", "page/main.js", "page/style.css", "state", "log/9999", "nothing"):
        async with visitor.session.get(visitor.address + path) as answer:
            assert answer.headers.items() >= HEADERS.items(), path
    policy = HEADERS["Content-Security-Policy"]
    assert "'unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")


@pytest.mark.parametrize("name", ["..%2Fpage.py", "%2e%2e%2fpage.py", "nothing.js", ".", "x.py"])
async def test_only_files_of_the_page_are_served(visitor: Visitor, name: str) -> None:
    url = URL(f"{visitor.address}page/{name}", encoded=True)
    async with visitor.session.get(url) as answer:
        assert answer.status == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil:80"])
async def test_another_host_is_refused(visitor: Visitor, host: str) -> None:
    async with visitor.session.get(visitor.address, headers={"Host": host}) as answer:
        assert answer.status == 421


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1:1"])
async def test_another_origin_is_refused(visitor: Visitor, origin: str | None) -> None:
    visitor.headers = {"Origin": origin} if origin else {}
    url, body = f"{visitor.address}panel", {"do": "weather", "weather": "down"}
    async with visitor.session.post(url, json=body, headers=visitor.headers) as answer:
        assert answer.status == 403
    assert (await visitor.state())["weather"] == "fine"


@pytest.mark.parametrize(
    "wish",
    [
        {"do": "dance"},
        {"do": "say", "text": "x", "channel": "C0NOWHERE1"},
        {"do": "say", "text": "x", "channel": FRONT_DESK, "more": 1},
        {"as": "U0RING0001", "do": "home", "tab": "home"},
        {"as": "U0NOBODY01", "do": "home", "tab": "home"},
    ],
)
async def test_nonsense_is_refused(visitor: Visitor, wish: dict[str, Any]) -> None:
    body = {"as": ANA, **wish}
    async with visitor.session.post(
        f"{visitor.address}gesture", json=body, headers=visitor.headers
    ) as answer:
        assert answer.status == 400


@pytest.mark.parametrize(("data", "status"), [(b"[]", 400), (b"{", 400), (b"\xff", 400)])
async def test_a_body_that_is_no_object_is_refused(
    visitor: Visitor, data: bytes, status: int
) -> None:
    headers = visitor.headers | {"Content-Type": "application/json"}
    url = f"{visitor.address}panel"
    async with visitor.session.post(url, data=data, headers=headers) as answer:
        assert answer.status == status
    headers["Content-Type"] = "text/plain"
    async with visitor.session.post(url, data=b"{}", headers=headers) as answer:
        assert answer.status == 415


async def test_the_next_free_port_is_taken(visitor: Visitor) -> None:
    taken = int(visitor.address.rstrip("/").rpartition(":")[2])
    house = visitor.house
    async with served(Rehearsal(house.slack, house.allomia), taken) as address:
        assert int(address.rstrip("/").rpartition(":")[2]) > taken


def test_ctrl_c_ends_the_app_and_leaves_nothing_behind(tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "8900"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    with program:
        assert program.stdout
        address = next(line.strip() for line in program.stdout if line.startswith("    http"))
        (app,) = Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()
        with httpx.stream("GET", f"{address}changes") as stream:
            next(stream.iter_lines())
            os.killpg(program.pid, signal.SIGINT)  # as a terminal does
            assert program.wait(10) == 0
    assert not Path(f"/proc/{app}").exists()
    assert list(tmp_path.iterdir()) == []


async def test_the_page_is_not_seen_from_outside(visitor: Visitor) -> None:
    port = int(visitor.address.rstrip("/").rpartition(":")[2])
    with socket.socket() as elsewhere:
        elsewhere.settimeout(2)
        assert elsewhere.connect_ex(("127.0.0.2", port)) != 0


def field(kind: str, **more: object) -> JSON:
    element = {"type": kind, "action_id": "a", **more}
    return {"type": "input", "block_id": "b", "element": element}


@pytest.mark.parametrize(
    ("block", "value", "said"),
    [
        (field("plain_text_input", min_length=3), "ab", "Please use at least 3 characters."),
        (field("email_text_input"), "ana", "Please enter a valid email address."),
        (field("email_text_input"), "ana@example.com", None),
        (field("url_text_input"), "example.com", "Please enter a valid URL."),
        (field("number_input"), "one", "Please enter a number."),
        (field("number_input"), "1.5", "Please enter a number."),
        (field("number_input", is_decimal_allowed=True), "1.5", None),
        (field("number_input", min_value="2"), "1", "Please enter a number of at least 2."),
        (field("number_input", max_value="2"), "3", "Please enter a number of at most 2."),
        ({**field("plain_text_input"), "optional": True}, None, None),
        (field("checkboxes", options=[]), [], "Please complete this required field."),
    ],
)
def test_slack_itself_looks_at_fields(block: JSON, value: object, said: str | None) -> None:
    view = View("V1", ANA, None, [{"blocks": [block]}], "h", "V1")
    assert faults_of_form(view, {"b": value}, "en-US") == ({"b": said} if said else {})
    assert bool(faults_of_form(view, {"b": value}, "fr-FR")) is bool(said)


def source(pattern: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(FILES.glob(pattern)))


def test_texts_are_only_ever_set_as_text() -> None:
    dangerous = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    assert [word for word in dangerous if word in source("*.js")] == []
    page = source("index.html")
    assert re.findall(r"<style|style=|\son\w+=|<script(?![^>]*\ssrc=)", page) == []
    assert re.findall(r"https?://(?!www\.w3\.org/)[^\s\"'`]+", page + source("*.css")) == []


def test_every_emoji_of_the_app_can_be_drawn() -> None:
    named = {
        name
        for lang in LANGUAGES
        for words in sentences(lang).values()
        for name in EMOJI.findall(words)
    }
    known = set(re.findall(r"[a-z0-9_+-]+", source("emoji.js")))
    assert named
    assert named <= known

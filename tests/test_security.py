"""Nobody but Slack is heard, nonsense does no harm, and no stranger's words come alive."""

import json
import logging
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import BaseModel, ValidationError

from calls.errors import Reason
from calls.order import Draft
from calls.record import Record
from handlers.logs import Json, Lines, masked
from house import NUMBER, House
from records import spoiled
from sandbox.courier import AS_JSON, FORM, Parcel, Seal
from sandbox.workspace import FRONT_DESK

QUICK = f"now {NUMBER} Marie"


def seconds_from_now(seconds: float) -> str:
    """Return the timestamp of a request signed at another time."""
    return str(int(time.time() + seconds))


async def at_peace(house: House) -> None:
    """Assert that the app still works, and that AlloMia has not heard of anything so far."""
    assert (house.allomia.log, house.cards()) == ([], [])
    await house.placed()


SEALS = [
    Seal(secret="another-secret"),
    Seal(signature="v0=" + "0" * 64),
    Seal(signature="v0=é"),
    Seal(signature="v1=" + "0" * 64),
    Seal(signature=" "),
    Seal(timestamp="9999999999"),
    Seal(timestamp="0"),
    Seal(timestamp="-1"),
    Seal(timestamp="soon"),
    Seal(timestamp=" "),
    Seal(timestamp="1.5e9"),
    Seal(timestamp="nan"),
    Seal(timestamp="²"),
    Seal(timestamp="9" * 5000),
]


async def test_what_slack_has_not_just_signed_is_refused(house: House) -> None:
    answers = [await house.ana.command(QUICK, FRONT_DESK, seal=seal) for seal in SEALS]
    for seconds in (-900, -302, 330, 900):  # Slack's limit is five minutes, either way
        seal = Seal(timestamp=seconds_from_now(seconds))
        answers.append(await house.ana.command(QUICK, FRONT_DESK, seal=seal))
    assert {answer.status for answer in answers} <= {400, 401}
    assert NUMBER not in "".join(answer.text for answer in answers)
    await at_peace(house)


async def test_what_slack_signed_a_while_ago_is_heard(house: House) -> None:
    seal = Seal(timestamp=seconds_from_now(-280))
    assert (await house.ana.command("", FRONT_DESK, seal=seal)).status == 200
    await house.slack.until(lambda: house.ana.modal)


async def test_what_is_not_signed_at_all_is_refused(house: House) -> None:
    fields = {"command": "/call", "text": QUICK, "user_id": "U1", "team_id": "T1"}
    for more in ({}, {"ssl_check": "1"}):
        parcel = Parcel("slash_command", urlencode(fields | more).encode())
        unsigned = Seal(headers={"X-Slack-Signature": ""}, deliberate=True)
        assert (await house.slack.deliver(parcel, unsigned)).status in {200, 400, 401}
    await at_peace(house)


def signed_nonsense() -> Iterator[tuple[bytes, str]]:
    """Yield bodies that Slack would never send."""
    yield from ((body, AS_JSON) for body in (b"", b"{", b"[]", b"5", b"null", b'"x"', b"\xff"))
    yield b"[" * 100_000, AS_JSON
    yield b"{}", AS_JSON + "; charset=nonsense"
    yield b"\xff\xfe", FORM
    yield b"=&=&%%%", FORM
    for payload in ("", "{", "[]", "5", "null", '"x"', "{}", "[" * 100_000):
        yield urlencode({"payload": payload}).encode(), FORM
    for interaction in (
        {"type": "view_submission"},
        {"type": "view_submission", "view": None},
        {"type": "view_submission", "view": {"type": "modal", "callback_id": "place"}},
        {"type": "view_submission", "view": {"type": "modal", "callback_id": "no such"}},
        {"type": "view_submission", "view": 5, "user": 5, "team": 5},
        {"type": "block_actions"},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [{"type": "button", "action_id": "cancel"}]},
        {"type": "block_actions", "actions": [{"type": "button", "action_id": "again"}]},
        {"type": "block_actions", "actions": [{"type": "button", "action_id": "no such"}]},
        {"type": "no such", "response_urls": [], "authorizations": 5},
    ):
        yield urlencode({"payload": json.dumps(interaction)}).encode(), FORM
    for fields in ({"command": "/call"}, {"command": "/call", "text": QUICK}, {"command": "/x"}):
        yield urlencode(fields).encode(), FORM


async def test_nonsense_signed_or_not_does_no_harm(house: House) -> None:
    answers = {}
    for body, content_type in signed_nonsense():
        parcel = Parcel("nonsense", body, content_type)
        for seal in (Seal(deliberate=True), Seal(secret="another-secret")):
            answer = await house.slack.deliver(parcel, seal)
            answers[body[:80], content_type, seal.forged] = answer.status
    assert {found: status for found, status in answers.items() if not 200 <= status < 500} == {}
    assert {status for found, status in answers.items() if found[2]} <= {400, 401}
    await at_peace(house)


async def test_a_body_of_any_size_is_refused_or_survived(house: House) -> None:
    for size in (500_000, 3_000_000):
        fields = {"command": "/call", "text": "now " + "5" * size, "user_id": "U1", "team_id": "T1"}
        parcel = Parcel("slash_command", urlencode(fields).encode())
        answer = await house.slack.deliver(parcel, Seal(deliberate=True))
        assert 200 <= answer.status < 500
    await at_peace(house)


HOSTILE = "*R* <!channel> <@U1> <https://evil.example|here> `x` :tada: &"
ALIVE = re.compile(r"<(?!@U0|#C0|!date\^)|:tada:|`x`|\*R\*")


def formatted(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield every text of a request that Slack would format."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for inner in value.values():
            yield from formatted(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from formatted(inner)


async def test_a_stranger_s_words_never_come_alive(house: House) -> None:
    typed = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    await house.ana.command(f"dial {typed}", FRONT_DESK)
    await house.ana.command(f"now 12 {typed} k={typed}", FRONT_DESK)
    await house.ana.command(f"status {typed}", FRONT_DESK)
    await house.ana.command("", FRONT_DESK)
    form = await house.slack.until(lambda: house.ana.modal)
    await house.ana.submit(form, {"number": HOSTILE[:50], "variables": HOSTILE})
    values = {"number": NUMBER, "name": HOSTILE, "variables": f"{HOSTILE} = {HOSTILE}"}
    await house.ana.submit(form, values)
    await house.allomia.until(house.allomia.dialled)
    call = house.allomia.dialled()[0]
    assert call.body["customerName"] == HOSTILE
    card = await house.card("Calling")
    await house.benoit.command(f"now {NUMBER} {typed}", FRONT_DESK)
    await house.allomia.end(call.outbound_call_id, "failed", reason=HOSTILE)
    await house.reply("was not reached")
    for person in (house.ana, house.benoit):
        await person.press(card, "details")
        await house.slack.until(lambda person=person: person.modal and "C-" in person.modal.words)  # type: ignore[misc]
    await house.ana.command("list", FRONT_DESK)
    await house.slack.until(lambda: "∗R∗" in house.ana.ephemerals[-1].words)
    said = [e.request for e in house.slack.log if e.receiver == "slack"]
    said += [e.answer for e in house.slack.log if e.sender == "slack" and e.answer]
    texts = [*formatted(said), *(asked["text"] for asked in said if "text" in asked)]
    assert sum("channel" in text for text in texts) > 8
    assert [text for text in texts if ALIVE.search(text)] == []


async def test_no_secret_is_ever_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    dial = f"now {NUMBER} Marie slot=hush"
    first = await house.placed(dial)
    house.allomia.answer_status(status=500, text=f"{NUMBER} hush")
    await house.allomia.end(first)
    await house.reply("was reached")
    echo = {"error": f"{NUMBER} hush", "details": [{"field": "x", "message": f"{NUMBER} hush"}]}
    house.allomia.answer_create(status=400, json=echo)
    house.allomia.answer_create(status=500, text=f"{NUMBER} hush")
    for status in ("Not placed", "Unknown"):
        await house.ana.command(dial, FRONT_DESK)
        card = await house.card(status)
    for method in ("views.open", "users.info", "chat.postMessage"):
        house.slack.fail(method, error="fatal_error", status=500)
    await house.benoit.press(card, "again")
    await house.ana.command("", FRONT_DESK)
    await house.placed(dial)
    assert leaks(house, caplog) == []
    url = house.environ["DATABASE_URL"]
    for how in ("unreadable", "refused") if url.startswith("postgresql") else ("unreadable",):
        caplog.clear()
        async with spoiled(url, how):
            answer = await house.ana.command(dial.replace("1234", "1235"), FRONT_DESK)
            assert "nobody will be called" in answer.text
            assert "sqlalchemy.exc" in caplog.text
        assert leaks(house, caplog) == []


def leaks(house: House, caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Return each secret that was logged, with its line."""
    callbacks = [call.callback_url or "" for call in house.allomia.dialled()]
    secrets = [
        house.slack.bot_token,
        house.slack.signing_secret,
        house.environ["ALLOMIA_API_KEY"],
        NUMBER[2:],
        "hush",
        *(address.rpartition("/")[2] for address in callbacks),
        *house.slack.workspace.tickets.response_urls,
        *house.slack.workspace.tickets.triggers,
    ]
    lines = [style.format(record) for style in (Lines(), Json()) for record in caplog.records]
    assert len(lines) >= 2
    return [(secret, line) for line in lines for secret in secrets if secret in line]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("to +15145551234 (Montréal)", "to ••••1234 (Montréal)"),
        ("dialled: 5145551234", "dialled: ••••1234"),
        ("phone:15145551234", "phone:••••1234"),
        ("to=%2B376123456", "to=••••3456"),  # of a small country, with its plus sign
        ("tel:+376123456", "tel:••••3456"),
        ("+1514555", "••••4555"),
        ("no such number: +15145551234.", "no such number: ••••1234."),
    ],
)
def test_whatever_is_a_telephone_number_is_masked_in_the_log(said: str, kept: str) -> None:
    assert masked(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "C-7K3QF took 12345678 bytes",
        "2026-03-14T15:09:26.535897",
        "ts 1700000000.123456",
        "127.0.0.1:54321",
        "3f6c1f0e-8a52-4c1b-9d0e-5b7a2c9e4d11",
        "utc+0500",
    ],
)
def test_what_is_no_telephone_number_can_still_be_read_in_the_log(said: str) -> None:
    assert masked(said) == said


@pytest.mark.parametrize("value", [Reason, Record, Draft])
def test_a_value_that_cannot_be_made_does_not_tell_what_of(value: type[BaseModel]) -> None:
    with pytest.raises(ValidationError) as fault:
        value.model_validate({name: {"hush": ["hush"]} for name in value.model_fields})
    assert "hush']" not in str(fault.value)


def test_the_address_at_which_somebody_is_answered_is_no_part_of_the_log() -> None:
    said = "Cannot connect to https://hooks.slack.com/commands/T0001/12-34/aB3_x now"
    assert masked(said) == "Cannot connect to https://hooks.slack.com/*** now"

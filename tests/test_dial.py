"""DIAL: every answer to POST /api/outbound has its own meaning, and nobody is dialled twice."""

import asyncio
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from pydantic import SecretStr

from calls.allomia import AT_ONCE
from calls.allomia import AlloMia as Client
from calls.allomia_answers import Dispatched
from calls.errors import AlloMiaUnavailable
from calls.order import Order
from deaf import deaf
from flow import noted, place, posted, quiet, replies
from house import NUMBER, House, text_of
from sandbox.allomia import ASSISTANT_ID, DOCUMENTED_ERRORS, PHONE_NUMBER_ID, AlloMia
from sandbox.allomia_faults import Answer
from switch import sqlite_only

KEY = "a-key"
ORDER = Order(
    number=NUMBER,
    name="",
    assistant_id=ASSISTANT_ID,
    phone_number_id=PHONE_NUMBER_ID,
    variables={},
)
INVALID = "AlloMia does not accept this call as it was asked for. Correct it and call again."
ADMIN = "Tell an administrator"
DOUBT = (
    "so the call may have gone out. I never dial again by myself: "
    "ask the person called, or call again."
)
TROUBLE = f"AlloMia was asked to dial and answered with an error of its own ({{}}), {DOUBT}"
NO_ANSWER = f"AlloMia was asked to dial and did not answer, {DOUBT}"
GARBLED = f"AlloMia was asked to dial and its answer cannot be read, {DOUBT}"
BUSY = "AlloMia is taking no more calls at the moment, so nobody was called."
UNREACHABLE = "AlloMia cannot be reached at the moment, so nobody was called."


def invalid(*details: Any) -> Answer:  # noqa: ANN401 - in whatever shape
    return {"status": 400, "json": {"error": "Validation failed", "details": [*details]}}


REFUSALS: list[tuple[Answer, str]] = [
    (
        invalid({"field": "phoneNumber", "message": "not valid"}),
        f"{INVALID} Phone number: “not valid”",
    ),
    (
        invalid({"path": "assistantId", "message": "not a UUID"}),
        f"{INVALID} Assistant: “not a UUID”",
    ),
    (
        invalid({"path": ["dynamicVariables", "slot"], "message": "too long"}),
        f"{INVALID} What the assistant should know: “slot: too long”",
    ),
    (
        invalid({"param": "phoneNumberId", "message": "unknown"}, "and <!channel> this"),
        f"{INVALID} Caller ID: “unknown” “and &lt;!channel&gt; this”",
    ),
    (invalid({"code": 7}), f'{INVALID} “{{"code": 7}}”'),
    (invalid(), f"{INVALID} “Validation failed”"),
    ({"status": 400, "text": "<h1>Bad Request</h1>"}, INVALID),
    (
        DOCUMENTED_ERRORS["401"],
        (
            f"AlloMia does not accept this app's key. {ADMIN}: ALLOMIA_API_KEY must be replaced. "
            "“Invalid or missing API key”"
        ),
    ),
    (
        DOCUMENTED_ERRORS["403"],
        (
            f"AlloMia's key may not place calls. {ADMIN}: the key needs that permission in "
            "AlloMia's dashboard. “API key may not place outbound calls”"
        ),
    ),
    (
        DOCUMENTED_ERRORS["404"],
        (
            "AlloMia does not know this assistant or the number to call from, or they belong to "
            f"another organization. {ADMIN}: the UUIDs of both must be those of AlloMia's "
            "dashboard. “Assistant or phone number not found”"
        ),
    ),
    (
        DOCUMENTED_ERRORS["422"],
        (
            f"AlloMia says that your organization is inactive. {ADMIN}: AlloMia's support can say "
            "why. “Organization is inactive”"
        ),
    ),
    (
        {"status": 402, "json": {"message": "No credit"}},
        "AlloMia refused the call (402). “No credit”",
    ),
    ({"status": 413, "text": ""}, "AlloMia refused the call (413)."),
]


@sqlite_only
@pytest.mark.parametrize(("answer", "sentence"), REFUSALS)
async def test_a_refusal_is_told_once_with_its_own_sentence(
    house: House, answer: Answer, sentence: str
) -> None:
    house.allomia.answer_create(**answer)
    await place(house)
    card = await house.card("Not placed")
    await quiet(house)
    told = f":no_entry_sign: The call to Marie was not placed. Nobody was called. {sentence}"
    assert replies(house) == [told]
    assert sentence in text_of(card)
    assert (posted(house), house.allomia.dialled()) == (1, [])


IN_DOUBT: list[tuple[Answer, str]] = [
    ({"status": 408, "place": True}, TROUBLE.format(408)),
    (
        {"status": 307, "headers": {"Location": "/api/outbound"}, "place": True},
        TROUBLE.format(307),
    ),
    ({"status": 500, "place": True}, TROUBLE.format(500)),
    ({"status": 503, "headers": {"Retry-After": "1"}, "place": True}, TROUBLE.format(503)),
    (DOCUMENTED_ERRORS["timeout"], NO_ANSWER),
    ({"trickle": 60, "place": True}, NO_ANSWER),
    (DOCUMENTED_ERRORS["reset"], NO_ANSWER),
    (DOCUMENTED_ERRORS["cut"], NO_ANSWER),
    ({"text": "x" * (1 << 20) + "x", "place": True}, NO_ANSWER),
    (DOCUMENTED_ERRORS["garbled"], GARBLED),
    (DOCUMENTED_ERRORS["no-id"], GARBLED),
    ({"json": ["a list"], "place": True}, GARBLED),
]
ODD_IDS: list[object] = [None, 7, "", "..", "a/b", "x" * 129]
IN_DOUBT.extend(({"json": {"outboundCallId": odd}, "place": True}, GARBLED) for odd in ODD_IDS)


@sqlite_only
@pytest.mark.parametrize(("answer", "sentence"), IN_DOUBT)
async def test_what_may_have_been_placed_is_never_dialled_again(
    closed_house: House, answer: Answer, sentence: str
) -> None:
    closed_house.allomia.answer_create(**answer)
    async with closed_house.open(ALLOMIA_TIMEOUT="0.5") as house:
        await place(house)
        card = await house.card("Unknown")
        await quiet(house)
        told = f":warning: What became of the call to Marie is not known. {sentence}"
        assert replies(house) == [told]
        assert sentence in text_of(card)
    assert (posted(house), len(house.allomia.dialled())) == (1, 1)


async def test_any_2xx_with_an_id_has_placed_the_call(house: House) -> None:
    for status in (200, 202):
        house.allomia.answer_create(status=status)
        call = await house.placed(f"now {NUMBER[:-1]}{status % 10} Marie")
        await house.card("Calling")
        await house.allomia.end(call)
        await house.reply("was reached")
        await quiet(house)
    assert (
        replies(house)
        == [
            (
                ":white_check_mark: Marie was reached. The call lasted 42 s. "
                "The person called hung up."
            )
        ]
        * 2
    )


async def test_where_nobody_listens_the_call_is_tried_again_and_dialled_once(house: House) -> None:
    await house.allomia.stop()
    await place(house)
    card = await house.card("Queued, not dialled yet")
    assert UNREACHABLE in text_of(card)
    assert "Trying again until" in text_of(card)
    await house.allomia.start()
    card = await house.card("Calling")
    assert UNREACHABLE not in text_of(card)
    assert (posted(house), len(house.allomia.dialled()), replies(house)) == (1, 1, [])


async def test_too_many_requests_are_tried_again_with_growing_pauses(house: House) -> None:
    house.allomia.next_create("429", times=2, headers={})
    await place(house)
    card = await house.card("Queued, not dialled yet")
    assert BUSY in text_of(card)
    await house.card("Calling")
    first, second, third = (one.at for one in house.slack.said("POST /api/outbound"))
    assert second - first > 0.9
    assert third - second > 1.9
    assert (len(house.allomia.dialled()), replies(house)) == (1, [])


@sqlite_only
@pytest.mark.parametrize(
    ("wish", "least"),
    [
        ("2", 1.9),
        ("Sat, 01 Jan 2022 00:00:00 GMT", 0.9),
        ("0", 0.9),
        ("soon", 0.9),
    ],
)
async def test_the_pause_that_allomia_wishes_is_kept(house: House, wish: str, least: float) -> None:
    house.allomia.next_create("429", headers={"Retry-After": wish})
    await place(house)
    await house.card("Calling")
    first, second = (one.at for one in house.slack.said("POST /api/outbound"))
    assert second - first > least


@sqlite_only
async def test_a_date_to_wait_for_is_waited_for(house: House) -> None:
    wished = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=4)
    headers = {"Retry-After": format_datetime(wished, usegmt=True)}
    house.allomia.next_create("429", headers=headers)
    await place(house)
    await house.allomia.until(lambda: len(house.slack.said("POST /api/outbound")) == 2)
    assert datetime.now(UTC) >= wished


async def test_what_cannot_be_dialled_in_time_is_cancelled_and_told(closed_house: House) -> None:
    await closed_house.allomia.stop()
    async with closed_house.open(DIAL_WITHIN="1.5") as house:
        await place(house)
        card = await house.card("Cancelled")
        await quiet(house)
        assert replies(house) == [
            (
                ":heavy_multiplication_x: The call to Marie was cancelled. Nobody was called. It "
                f"could not be dialled in time. If it is still wanted, call again. {UNREACHABLE}"
            )
        ]
        assert "Trying again" not in text_of(card)
        await house.allomia.start()
    assert (posted(house), house.allomia.dialled()) == (0, [])


async def test_a_call_found_too_late_is_cancelled_and_nobody_is_asked(closed_house: House) -> None:
    async with closed_house.open(ROLE="web") as house:
        await place(house)
    (call,) = await noted(house)
    async with closed_house.open(ROLE="all", DIAL_WITHIN="0.001") as house:
        await house.slack.until(lambda: house.ana.ephemerals)
        await quiet(house)
    assert [message.text for message in house.ana.ephemerals] == [
        (
            ":heavy_multiplication_x: The call to Marie was cancelled. Nobody was called. It could "
            "not be dialled in time. If it is still wanted, call again."
        )
    ]
    assert (posted(house), house.cards(), call.status) == (0, [], "queued")


async def test_the_body_holds_the_six_fields_and_leaves_out_what_is_empty(house: House) -> None:
    await house.placed(f'now {NUMBER} Marie slot="3 pm" n=7')
    await house.placed("now +15145550000")
    await house.allomia.until(lambda: posted(house) == 2)
    bodies = [one.request for one in house.slack.said("POST /api/outbound")]
    url = f"{house.url}/allomia/callback/***"
    required = {"assistantId": ASSISTANT_ID, "phoneNumberId": PHONE_NUMBER_ID, "callbackUrl": url}
    assert bodies == [
        required
        | {
            "phoneNumber": NUMBER,
            "customerName": "Marie",
            "dynamicVariables": {"slot": "3 pm", "n": "7"},
        },
        required | {"phoneNumber": "+15145550000"},
    ]
    first, second = house.allomia.dialled()
    assert first.callback_url != second.callback_url


async def test_the_request_does_not_leave_when_too_little_of_the_lease_remains() -> None:
    async with (
        AlloMia(api_key=KEY) as allomia,
        Client(allomia.url, SecretStr(KEY), 2) as client,
    ):
        for left in (-1, 0, 1.9):
            with pytest.raises(AlloMiaUnavailable, match=r"allomia\.frozen"):
                await client.create(ORDER, None, time.monotonic() + left)
        assert allomia.log == []
        answer = await client.create(ORDER, None, time.monotonic() + 3)
        (call,) = allomia.dialled()
        assert answer == Dispatched(
            outbound_call_id=call.outbound_call_id, contact_id=call.contact_id
        )


async def test_who_waits_too_long_for_a_turn_has_dialled_nobody() -> None:
    async with (
        AlloMia(api_key=KEY) as allomia,
        Client(allomia.url, SecretStr(KEY), 0.5) as client,
    ):
        allomia.answer_create(times=None, hang=True)
        deadline = time.monotonic() + 0.9
        asked = (client.create(ORDER, None, deadline) for _ in range(AT_ONCE + 1))
        ends = await asyncio.gather(*asked, return_exceptions=True)
        assert [repr(end) for end in ends] == [
            *["AlloMiaUncertain('allomia.no_answer')"] * AT_ONCE,
            "AlloMiaUnavailable('allomia.frozen')",
        ]
        await allomia.until(lambda: len(allomia.log) == AT_ONCE)


async def test_who_dials_waits_for_no_question_that_is_not_answered() -> None:
    async with (
        AlloMia(api_key=KEY) as allomia,
        Client(allomia.url, SecretStr(KEY), 9) as client,
    ):
        allomia.answer_status(times=None, hang=True)
        asked = [asyncio.create_task(client.status("one")) for _ in range(AT_ONCE + 1)]
        await allomia.until(lambda: len(allomia.log) == AT_ONCE)
        assert await client.create(ORDER, None, time.monotonic() + 99)
        for question in asked:
            question.cancel()


async def test_who_cannot_connect_in_time_has_dialled_nobody() -> None:
    with deaf() as port:
        async with Client(f"http://127.0.0.1:{port}", SecretStr(KEY), 0.3) as client:
            with pytest.raises(AlloMiaUnavailable):
                await client.create(ORDER, None, time.monotonic() + 9)


@sqlite_only
async def test_a_connection_that_never_comes_about_is_not_told_as_a_request_that_left(
    closed_house: House,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # TLS is asked for, and not answered
        address = f"https://127.0.0.1:{silent.getsockname()[1]}"
        async with closed_house.open(ALLOMIA_TIMEOUT="0.5", ALLOMIA_API_URL=address) as house:
            await place(house)
            card = await house.card("Queued, not dialled yet")
            assert (UNREACHABLE in text_of(card), DOUBT in text_of(card)) == (True, False)

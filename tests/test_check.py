"""CHECK: AlloMia's answer about a call decides; whatever else it says, it is asked again."""

from datetime import timedelta
from typing import Any

import pytest

from calls.status import Status
from flow import edits, looked, noted, place, quiet, replies
from house import House, text_of
from sandbox.allomia import OUT, Stage
from sandbox.allomia_calls import PlacedCall
from sandbox.allomia_faults import Answer
from switch import sqlite_only

BRIEF = {"startedAt": "2026-03-14T15:00:00Z", "endedAt": "2026-03-14T15:00:07+00:00"}
REACHED = ":white_check_mark: Marie was reached."
GAVE_UP = (
    ":warning: What became of the call to Marie is not known. AlloMia never said how it ended, and "
    "I have stopped asking. “Look again” asks once more."
)


ENDS: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "completed",
        {"details": {"duration": 42}},
        ":white_check_mark: Completed, 42 s",
        f"{REACHED} The call lasted 42 s.",
    ),
    (
        "busy",
        {"details": {}},
        ":no_entry: Busy",
        ":no_entry: Marie was not reached: the line was busy.",
    ),
    (
        "no-answer",
        {"details": None},
        ":no_bell: No answer",
        ":no_bell: Marie was not reached: nobody answered.",
    ),
    (
        "NO_ANSWER",
        {"details": OUT},
        ":no_bell: No answer",
        ":no_bell: Marie was not reached: nobody answered.",
    ),
    (
        "failed",
        {"details": {"endedReason": "call-start-error <!channel> *_"}},
        ":x: Failed\nAlloMia's reason: call-start-error &lt;!channel&gt; ∗＿",
        (
            ":x: Marie was not reached: the call failed. "
            "AlloMia's reason: call-start-error &lt;!channel&gt; ∗＿"
        ),
    ),
    (
        "voicemail & <@U1>",
        {"details": {"duration": "95.0", "endedReason": ["a", 1]}},
        (
            ":grey_question: Ended (voicemail &amp; &lt;@U1&gt;), 1 min 35 s\n"
            'AlloMia\'s reason: ["a", 1]'
        ),
        (
            ":grey_question: The call to Marie ended, in AlloMia's word: voicemail &amp; "
            '&lt;@U1&gt;. The call lasted 1 min 35 s. AlloMia\'s reason: ["a", 1]'
        ),
    ),
    (
        "completed",
        {"details": {**BRIEF, "duration": 7000}},
        ":white_check_mark: Completed, 7 s",
        f"{REACHED} The call lasted 7 s.",
    ),
    *(
        ("completed", {"details": odd}, ":white_check_mark: Completed", REACHED)
        for odd in (
            {"duration": "long", "startedAt": 5},
            {"duration": True, "endedReason": None},
            {"duration": -3, "startedAt": "yesterday", "endedAt": "today"},
            {"duration": 1e300},
            {"duration": 0, "endedReason": ""},
            [1, 2],
            "none",
        )
    ),
]


@sqlite_only
@pytest.mark.parametrize(("word", "how", "state", "told"), ENDS)
async def test_each_end_is_shown_and_told_once(
    house: House, word: str, how: dict[str, Any], state: str, told: str
) -> None:
    call = await house.placed()
    await house.card("Calling")
    assert await house.allomia.end(call, word, **how) == [204]
    await house.reply()
    await quiet(house)
    (card,) = house.cards()
    assert text_of(card).partition("\n")[2].startswith(f"{state}\nAsked by")
    assert replies(house) == [told]


ODD_ANSWERS: list[Answer] = [
    {"status": 401},
    {"status": 403},
    {"status": 404},
    {"status": 422},
    {"status": 429, "headers": {"Retry-After": "0"}},
    {"status": 500},
    {"status": 204},
    {"status": 302, "headers": {"Location": "/elsewhere"}},
    {"text": "<html>"},
    {"json": [1]},
    {"json": {"status": 7}},
    {"json": {"status": ""}},
    {"json": {"status": "ringing"}},
    {"json": {"status": "completing", "callDetails": None}},
    {"json": {"status": "calling", "callDetails": {"duration": 3}}},
    {"drop": True},
    {"truncate": True},
]


async def test_an_answer_that_tells_no_end_is_asked_for_again(house: House) -> None:
    answers = iter(ODD_ANSWERS)

    def answer_oddly(stage: Stage, call: PlacedCall | None) -> None:
        if stage == "stored" and call:
            house.allomia.answer_status(call.outbound_call_id, **next(answers))

    house.allomia.on_create = answer_oddly
    for n in range(len(ODD_ANSWERS)):
        await place(house, f"now +151455500{n:02} Marie")
    calls = house.allomia.calls
    await house.allomia.until(
        lambda: len(calls) == len(ODD_ANSWERS) and all(call.asked for call in calls.values())
    )
    for call in calls.values():
        call.end("busy")
    await quiet(house)
    told = ":no_entry: Marie was not reached: the line was busy."
    assert replies(house) == [told] * len(ODD_ANSWERS)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (
            401,
            (
                "AlloMia no longer accepts this app's key, so I cannot see how the call is going. "
                "Tell an administrator."
            ),
        ),
        (
            403,
            (
                "AlloMia does not let this app's key see how the call is going. "
                "Tell an administrator."
            ),
        ),
        (404, "AlloMia does not know this call."),
    ],
)
async def test_what_keeps_us_from_looking_stands_on_the_card_until_it_is_mended(
    house: House, status: int, sentence: str
) -> None:
    house.allomia.answer_status(status=status, times=None)
    call = await house.placed()
    await house.card(sentence)
    house.allomia.mend()
    await house.slack.until(
        lambda: (
            sentence not in text_of(house.cards()[-1]) and "Calling" in text_of(house.cards()[-1])
        )
    )
    await house.allomia.end(call)
    await house.reply(REACHED)
    await quiet(house)
    assert len(replies(house)) == 1


async def test_a_status_that_goes_backwards_changes_nothing(house: House) -> None:
    call = await house.placed()
    told = house.allomia.calls[call].told
    house.allomia.answer_status(
        bodies=[
            told(status="calling"),
            told(status="queued"),
            told(status="calling"),
            told(status="completed", callDetails={"duration": 5}),
            told(status="calling"),
            told(status="failed"),
        ]
    )
    await house.reply(f"{REACHED} The call lasted 5 s.")
    await quiet(house)
    assert await house.allomia.ring(call, times=3) == [204] * 3
    await quiet(house)
    assert replies(house) == [f"{REACHED} The call lasted 5 s."]
    assert looked(house) == [200] * 4
    assert "Completed, 5 s" in text_of(house.cards()[0])


async def test_without_a_public_address_no_callback_is_asked_for(closed_house: House) -> None:
    del closed_house.environ["PUBLIC_URL"]
    async with closed_house.open() as house:
        call = await house.placed()
        assert house.allomia.calls[call].callback_url is None
        assert await house.allomia.end(call) == []
        await house.reply(REACHED)


@sqlite_only
async def test_too_many_questions_are_held_back_as_long_as_allomia_wishes(house: House) -> None:
    house.allomia.answer_status(status=429, headers={"Retry-After": "2"})
    call = await house.placed()
    await house.allomia.until(lambda: looked(house))
    house.allomia.calls[call].end("completed")
    await house.reply(REACHED)
    first, second = (one.at for one in house.allomia.log if one.what.startswith("GET"))
    assert second - first > 1.9


async def test_a_call_that_never_ends_is_given_up_and_can_be_looked_at_again(
    closed_house: House,
) -> None:
    async with closed_house.open(GIVE_UP_AFTER="1") as house:
        call = await house.placed()
        card = await house.card("Unknown")
        await quiet(house)
        assert replies(house) == [GAVE_UP]
        asked = len(looked(house))

        await house.ana.press(card, "look")
        card = await house.card("Looked again")
        assert len(looked(house)) == asked + 1
        await quiet(house)

        house.allomia.calls[call].end("completed", details={"duration": 61})
        await house.ana.press(card, "look")
        await house.reply(REACHED)
        await quiet(house)
        assert replies(house) == [GAVE_UP, f"{REACHED} The call lasted 1 min 01 s."]
        (card,) = house.cards()
        assert "Look again" not in text_of(card)
        assert "Completed, 1 min 01 s" in text_of(card)


async def test_a_call_given_up_ends_when_the_callback_comes_at_last(closed_house: House) -> None:
    async with closed_house.open(GIVE_UP_AFTER="0.5") as house:
        call = await house.placed()
        await house.card("Unknown")
        await quiet(house)
        assert await house.allomia.end(call) == [204]
        await house.reply(REACHED)
        await quiet(house)
        assert len(replies(house)) == 2


async def test_errors_too_last_no_longer_than_giving_up_does(closed_house: House) -> None:
    closed_house.allomia.answer_status(status=500, times=None)
    async with closed_house.open(GIVE_UP_AFTER="1") as house:
        await place(house)
        await house.reply(GAVE_UP)
        await quiet(house)
        (call,) = await noted(house)
        assert call.status is Status.UNKNOWN
        house.allomia.answer_status(status=401, times=None)
        await house.ana.press(house.cards()[0], "look")
        await house.card("Looked again")
        await quiet(house)
        assert replies(house) == [GAVE_UP]


async def test_the_card_shows_every_state_in_its_order(house: House) -> None:
    call = await house.placed()
    await house.card("Calling")
    await house.allomia.end(call)
    await house.card("Completed")
    await quiet(house)
    states = [text.removeprefix("Call to Marie: ") for text in edits(house)]
    possible = ["queued", "dialling", "calling", "completed, 42 s"]
    assert [state for state in possible if state in states] == states
    assert {states[0], states[-1]} == {"queued", "completed, 42 s"}
    (noted_call,) = await noted(house)
    assert noted_call.dialled_at is not None
    assert noted_call.dialled_at - noted_call.placed_at < timedelta(seconds=5)

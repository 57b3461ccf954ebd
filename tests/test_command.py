"""What people type after ``/call``, and what the app says to it."""

import asyncio
import json
from typing import Any

import pytest

from flow import BETWEEN_LOOKS, PATIENCE
from house import NUMBER, House
from records import held
from sandbox.allomia import ASSISTANT_ID, PHONE_NUMBER_ID
from sandbox.courier import Answer
from sandbox.modals import View
from sandbox.person import Person
from sandbox.workspace import BILLING, DIRECT, FRONT_DESK, GROUP, PRIVATE, Message

pytestmark = pytest.mark.windows


async def opened(house: House) -> View:
    """Wait for the modal that Ana looks at."""
    return await house.slack.until(lambda: house.ana.modal)


def standing_in(form: View) -> dict[str, Any]:
    """Return what stands in each field of a form, by its name, but for a later hour's."""
    return {
        name: (element.get("selected_option") or {}).get("value")
        or element.get("value", element.get("selected_conversation"))
        for name, fields in form.state.items()
        if not name.startswith("when_")
        for element in fields.values()
    }


def told(answer: Answer) -> str:
    """Return what a command was answered with, for the eyes of who typed it."""
    assert answer.status == 200
    assert answer.body is not None
    assert answer.body["response_type"] == "ephemeral"
    return json.dumps(answer.body["blocks"], ensure_ascii=False)


async def whispered(house: House, number: int = 1) -> Message:
    """Wait for so many messages that only Ana sees, and return the last."""
    seen = house.ana.ephemerals
    await house.slack.until(lambda: len(house.ana.ephemerals) >= number)
    assert len(seen) <= number
    return house.ana.ephemerals[number - 1]


async def form_of(house: House, person: Person, title: str) -> View:
    """Wait until somebody looks at a form with this title."""

    def shown() -> View | None:
        found = person.modal
        return found if found and title in found.words else None

    return await house.slack.until(shown)


EMPTY = {
    "number": None,
    "name": None,
    "variables": None,
    "channel": FRONT_DESK,
    "again": "default",
}


@pytest.mark.parametrize(
    ("typed", "filled_in"),
    [
        ("", {}),
        ("514 555-1234", {"number": "514 555-1234"}),
        (
            "<tel:5145551234|514 555-1234> R&amp;D",
            {"number": "5145551234", "name": "R&D"},
        ),
        ("+1 514 555 1234 Marie Tremblay", {"number": "+1 514 555 1234", "name": "Marie Tremblay"}),
        ("911 " + "x" * 5000, {"number": "911", "name": "x" * 100}),
    ],
)
async def test_the_form_opens_with_what_was_typed(
    house: House, typed: str, filled_in: dict[str, str]
) -> None:
    answer = await house.ana.command(typed, FRONT_DESK)
    assert (answer.status, answer.text) == (200, "")
    assert standing_in(await opened(house)) == EMPTY | filled_in
    assert house.allomia.log == []


async def test_the_form_reports_in_the_conversation_it_was_opened_in(house: House) -> None:
    for conversation in (FRONT_DESK, BILLING, PRIVATE, GROUP):
        await house.ana.command("", conversation)
        assert standing_in(await opened(house))["channel"] == conversation
        house.slack.workspace.modals.clear(house.ana.id)


async def test_where_an_app_may_not_post_its_own_direct_message_is_the_default(
    house: House,
) -> None:
    for conversation in (DIRECT, house.ana.direct.id):
        await house.ana.command("", conversation)
        assert standing_in(await opened(house))["channel"] is None
        house.slack.workspace.modals.clear(house.ana.id)


async def test_a_quick_dial_sends_all_six_fields(house: House) -> None:
    text = 'now (514) 555-1234 Marie Tremblay slot="Tuesday 3 pm" note=R&amp;D payload=x empty='
    await house.placed(text)
    exchange = await house.allomia.until(
        lambda: next((e for e in house.allomia.log if e.what == "POST /api/outbound"), None)
    )
    assert exchange.request == {
        "phoneNumber": NUMBER,
        "assistantId": ASSISTANT_ID,
        "phoneNumberId": PHONE_NUMBER_ID,
        "customerName": "Marie Tremblay",
        "dynamicVariables": {
            "slot": "Tuesday 3 pm",
            "note": "R&D",
            "payload": "x",
            "empty": "",
        },
        "callbackUrl": f"{house.url}/allomia/callback/***",
    }
    assert len(house.cards()) == 1


async def test_a_quick_dial_leaves_out_what_is_empty(closed_house: House) -> None:
    del closed_house.environ["PUBLIC_URL"]
    async with closed_house.open() as house:
        await house.placed(f"now {NUMBER}")
        assert house.allomia.dialled()[0].body == {
            "phoneNumber": NUMBER,
            "assistantId": ASSISTANT_ID,
            "phoneNumberId": PHONE_NUMBER_ID,
        }


REFUSED = [
    ("now", ["Type the number to call"]),
    ("now Marie", ["Type the number to call"]),
    ("now 12", ["12 is a short number"]),
    ("now 911", ["I never call emergency numbers", "dial 911 yourself"]),
    (f"now {NUMBER} ext=5 ext=6", ["Line 2 gives “ext” a second time"]),
    ("now +999 123 456 789", ["No country has this calling code"]),
    (f"now {NUMBER} Marie slot=Tuesday 3 pm", ["“3 pm” belongs to no variable"]),
    (f"now {NUMBER} Marie slot = Tuesday", ["“Marie slot = Tuesday” belongs to no variable"]),
    ("now 12 a=1 a=2", ["12 is a short number", "Line 2 gives “a” a second time"]),
]


async def test_a_quick_dial_that_cannot_be_placed_tells_everything_wrong(house: House) -> None:
    for typed, said in REFUSED:
        answer = told(await house.ana.command(typed, FRONT_DESK))
        assert [words for words in ("Nobody was called", *said) if words not in answer] == []
    assert (house.allomia.log, house.cards()) == ([], [])


async def test_a_quick_dial_without_an_assistant_says_whom_to_ask(closed_house: House) -> None:
    del closed_house.environ["ALLOMIA_ASSISTANT_ID"]
    del closed_house.environ["ALLOMIA_PHONE_NUMBER_ID"]
    async with closed_house.open() as house:
        answer = told(await house.ana.command(f"now {NUMBER}", FRONT_DESK))
        assert "ALLOMIA_ASSISTANT_ID" in answer
        assert "ALLOMIA_PHONE_NUMBER_ID" in answer
        await house.ana.command("", FRONT_DESK)
        form = await opened(house)
        assert (standing_in(form)["assistant"], standing_in(form)["caller"]) == (None, None)


async def test_a_quick_dial_to_a_number_with_a_live_call_opens_the_form_instead(
    house: House,
) -> None:
    await house.placed(f"now {NUMBER} Marie")
    answer = await house.ana.command("now 514-555-1234 Marie slot=Tuesday", FRONT_DESK)
    assert (answer.status, answer.text) == (200, "")
    form = await opened(house)
    assert standing_in(form) == EMPTY | {
        "number": "514-555-1234",
        "name": "Marie",
        "variables": "slot = Tuesday",
        "confirm": None,
    }
    assert "A call to this number is under way" in form.words
    assert len(house.allomia.dialled()) == 1
    await house.ana.submit(form, {"confirm": [_offered(form)]})
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)


def _offered(form: View) -> str:
    (block,) = (block for block in form.blocks if block["block_id"] == "confirm")
    return str(block["element"]["options"][0]["value"])


async def test_a_quick_dial_in_a_direct_message_reports_in_the_app_s_own(house: House) -> None:
    direct = house.ana.direct.id
    for conversation in (DIRECT, direct):
        number = f"+1514555{1000 + len(house.cards(direct))}"
        answer = await house.ana.command(f"now {number} Marie", conversation)
        assert "is noted. Its message will appear in my own direct message" in told(answer)
        await house.allomia.until(lambda number=number: house.allomia.dialled(number))  # type: ignore[misc]
    assert (len(house.cards(direct)), house.cards(DIRECT)) == (2, [])


async def test_help_and_whatever_is_not_understood_explain_the_command(house: House) -> None:
    plain = told(await house.ana.command("help", FRONT_DESK))
    asked = "I do not know what to do with"
    assert ("`/call list`" in plain, asked in plain) == (True, False)
    answer = told(await house.ana.command("dail &lt;!channel&gt; *now* <@U1>", FRONT_DESK))
    assert f"{asked} “dail &lt;!channel&gt; ∗now∗ &lt;@U1&gt;”" in answer
    assert "`/call list`" in answer
    assert len(told(await house.ana.command("x" * 10_000, FRONT_DESK))) < 10_000


async def test_the_list_shows_my_last_ten_calls_the_newest_first(house: House) -> None:
    await house.ana.command("list", FRONT_DESK)
    assert "You have not asked for any call yet" in (await whispered(house)).words
    for last in range(10, 22):
        await house.ana.command(f"now +151455512{last} Marie-{last}", FRONT_DESK)
    await house.benoit.command("now +15145551299 Paul", FRONT_DESK)
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 13)
    await house.ana.command("list", BILLING)
    shown = await whispered(house, 2)
    names = [word.strip("*") for word in shown.words.split() if word.startswith("*Marie")]
    assert names == [f"Marie-{last}" for last in range(21, 11, -1)]
    assert ("Paul" in shown.words, shown.channel) == (False, BILLING)


async def test_the_status_of_a_call_is_for_who_asked_and_for_its_conversation(
    house: House,
) -> None:
    house.slack.workspace.channels[PRIVATE].members.append(house.benoit.id)
    await house.placed(channel=PRIVATE)
    reference = await _reference(house, PRIVATE)
    admin = house.slack.person("U0ADMIN001")
    await house.ana.command(f"status {reference}", BILLING)
    await house.benoit.command(f"status {reference.lower()}", BILLING)
    await admin.command(f"status {reference}", BILLING)
    await house.slack.until(lambda: admin.ephemerals)
    await admin.command("status C-22222", BILLING)
    await house.slack.until(lambda: len(admin.ephemerals) == 2)
    await house.slack.until(lambda: house.ana.ephemerals and house.benoit.ephemerals)
    seen = [house.ana.ephemerals[0], house.benoit.ephemerals[0]]
    assert [("Marie" in m.words, NUMBER[-7:] in m.words) for m in seen] == [(True, False)] * 2
    assert "actions" not in {block["type"] for message in seen for block in message.blocks}
    refused, unknown = (message.words for message in admin.ephemerals)
    assert refused == unknown.replace("C-22222", reference)
    assert "I find no call" in refused


async def _reference(house: House, channel: str = FRONT_DESK) -> str:
    card = await house.card(channel=channel)
    assert card.metadata is not None
    return str(card.metadata["event_payload"]["reference"])


async def test_a_status_asked_for_in_the_call_s_conversation_is_told(house: House) -> None:
    house.slack.workspace.app.scopes -= {"groups:read"}  # who is a member cannot be asked
    await house.placed()
    reference = await _reference(house)
    await house.benoit.command(f"status {reference}", FRONT_DESK)
    message = await house.slack.until(lambda: [*house.benoit.ephemerals])
    assert NUMBER[-4:] in message[0].words
    await house.benoit.command(f"status {reference}", BILLING)
    await house.slack.until(lambda: len(house.benoit.ephemerals) == 2)
    assert NUMBER[-4:] not in house.benoit.ephemerals[1].words


async def test_a_status_without_a_reference_says_how(house: House) -> None:
    for number, typed in enumerate(("", "  ", " C-", " <!channel>", " \x00"), start=1):
        await house.ana.command(f"status{typed}", FRONT_DESK)
        message = await whispered(house, number)
        assert ("/call " in message.words, "<!channel>" in message.words) == (True, False)


async def test_somebody_french_who_was_never_seen_gets_the_form_in_french(house: House) -> None:
    await house.benoit.command("514 555 1234 Marie", FRONT_DESK)
    form = await form_of(house, house.benoit, "Passer un appel")
    assert [face["title"]["text"] for face in form.faces] == ["Place a call", "Passer un appel"]
    assert standing_in(form) == EMPTY | {"number": "514 555 1234", "name": "Marie"}
    house.slack.workspace.modals.clear(house.benoit.id)
    await house.benoit.command("", FRONT_DESK)
    form = await form_of(house, house.benoit, "Passer un appel")
    assert [face["title"]["text"] for face in form.faces] == ["Passer un appel"]
    assert len(house.slack.said("users.info")) == 1


async def help_in_french(house: House) -> None:
    """Ask for help until it comes in French: the language is learnt after the first answer."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if "ouvre le formulaire" in told(await house.benoit.command("help", FRONT_DESK)):
                return
            await asyncio.sleep(BETWEEN_LOOKS)


async def test_somebody_french_is_answered_in_french_from_the_second_word_on(house: House) -> None:
    house.slack.fail("users.info", delay=0.3)
    first = await house.benoit.command("help", FRONT_DESK)
    assert "opens the form" in told(first)
    await help_in_french(house)
    answer = told(await house.benoit.command("now 12", FRONT_DESK))
    assert "Personne n’a été appelé" in answer
    assert len(house.slack.said("users.info")) == 1


async def test_a_call_placed_first_is_in_french_already(house: House) -> None:
    await house.benoit.command(f"now {NUMBER} Marie", FRONT_DESK)
    await house.card("Appel en cours")


async def test_a_list_asked_for_first_is_in_french_already(house: House) -> None:
    await house.benoit.command("list", FRONT_DESK)
    message = await house.slack.until(lambda: [*house.benoit.ephemerals])
    assert "Vous n’avez" in message[0].words


@pytest.mark.parametrize(
    "how", [{"error": "user_not_found"}, {"status": 503}, {"drop": True}], ids=str
)
async def test_a_language_that_cannot_be_learnt_is_asked_for_again(
    house: House, how: dict[str, Any]
) -> None:
    house.slack.fail("users.info", times=None, **how)
    answer = await house.benoit.command("help", FRONT_DESK)
    assert "opens the form" in told(answer)
    await house.slack.until(lambda: house.slack.said("users.info"))
    house.slack.mend()
    await help_in_french(house)


async def test_nobody_waits_for_a_language_and_it_is_asked_for_once_at_a_time(
    house: House,
) -> None:
    house.slack.fail("users.info", times=None, hang=True)
    for typed in ("help", "help", f"now {NUMBER} Marie"):
        assert (await house.benoit.command(typed, FRONT_DESK)).status == 200
    await house.card("Calling")
    assert house.slack.held == ["users.info"]


async def test_a_slow_language_keeps_nobody_from_typing(house: House) -> None:
    house.slack.fail("users.info", delay=0.4)
    await house.benoit.command("", FRONT_DESK)
    form = await house.slack.until(lambda: house.benoit.modal)
    house.benoit.fill(form, {"number": "514 555 1234"})
    await house.slack.until(lambda: "Passer un appel" in form.words)
    assert standing_in(form)["number"] == "514 555 1234"


@pytest.mark.parametrize(
    "how",
    [
        {"error": "expired_trigger_id"},
        {"error": "trigger_expired"},
        {"error": "exchanged_trigger_id"},
        {"error": "internal_error", "status": 500},
        {"status": 503},
        {"status": 429, "retry_after": 30.0},
        {"drop": True},
    ],
    ids=str,
)
async def test_a_form_that_slack_does_not_open_is_said_so(
    house: House, how: dict[str, Any]
) -> None:
    house.slack.fail("views.open", **how)
    answer = await house.ana.command("", FRONT_DESK)
    assert (answer.status, answer.text) == (200, "")
    message = await whispered(house)
    assert "Slack did not let me open the window" in message.words
    await house.ana.command("", FRONT_DESK)
    await opened(house)


async def test_a_command_delivered_twice_opens_one_form_and_dials_once(house: House) -> None:
    answer = await house.ana.command("", FRONT_DESK)
    await opened(house)
    assert (await house.ana.repeat(answer)).status == 200
    await whispered(house)
    answer = await house.ana.command(f"now {NUMBER} Marie", FRONT_DESK)
    assert (await house.ana.repeat(answer)).status == 200
    await house.card("Calling")
    assert (len(house.allomia.dialled()), len(house.cards())) == (1, 1)


async def test_a_person_is_answered_in_time_though_the_database_does_not(house: House) -> None:
    async with held(house.environ["DATABASE_URL"]):
        helped = await house.ana.command("help", FRONT_DESK)
        answer = await house.benoit.command(f"now {NUMBER} Marie", FRONT_DESK)
        await house.ana.command("", FRONT_DESK)
        await opened(house)
    assert [helped.in_time, answer.in_time] == [True, True]
    assert "nobody will be called" in told(answer) or "personne ne sera appelé" in told(answer)
    await house.placed("now +15145550000 Paul")
    assert len(house.cards()) == 1

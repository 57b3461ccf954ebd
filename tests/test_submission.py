"""The form is submitted: read, refused beside its fields, confirmed, noted once."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest

from house import NUMBER, House
from records import held, statuses
from sandbox import payloads
from sandbox.allomia import ASSISTANT_ID, PHONE_NUMBER_ID
from sandbox.courier import Answer, Parcel, Seal
from sandbox.modals import View
from sandbox.person import Person
from sandbox.workspace import BILLING, FRONT_DESK

OTHER = "123E4567-E89B-42D3-A456-426614174000"


@pytest.fixture
async def bare(closed_house: House) -> AsyncIterator[House]:
    """Give a house whose settings name no assistant and no number: people type the UUIDs."""
    del closed_house.environ["ALLOMIA_ASSISTANT_ID"]
    del closed_house.environ["ALLOMIA_PHONE_NUMBER_ID"]
    async with closed_house.open():
        yield closed_house


async def form_of(house: House, person: Person) -> View:
    """Let somebody type `/call`, and return the form in their language."""
    await person.command("", FRONT_DESK)
    title = {"en-US": "Place a call", "fr-FR": "Passer un appel"}[person.user.locale]

    def shown() -> View | None:
        found = person.modal
        return found if found and title in found.words else None

    return await house.slack.until(shown)


async def dialled(house: House, calls: int = 1) -> None:
    """Wait for so many calls, and for no more."""
    await house.allomia.until(lambda: len(house.allomia.dialled()) >= calls)
    assert len(house.allomia.dialled()) == calls


def offered(form: View) -> str:
    """Return the reference of the live call that a form asks to confirm."""
    (block,) = (block for block in form.blocks if block["block_id"] == "confirm")
    return str(block["element"]["options"][0]["value"])


WRONG = {
    "number": "5",
    "variables": "a = 1\nno sign\n= nothing\na = 2",
}


async def test_everything_wrong_is_told_at_once_each_beside_its_field(house: House) -> None:
    form = await form_of(house, house.ana)
    answer = await house.ana.submit(form, WRONG)
    assert (answer.status, form.errors) == (
        200,
        {
            "number": "This is not a phone number. Write it with its country, such as "
            "+1 514 555 1234.",
            "variables": "Line 2 has no = sign: “no sign”. Write key = value. Line 3 has nothing "
            "before its = sign: “= nothing”. Write key = value. Line 4 gives “a” a second time. "
            "Keep only one.",
        },
    )
    assert await statuses(house.environ["DATABASE_URL"]) == []
    await house.ana.submit(form, {"number": NUMBER, "variables": "a = 1"})
    await dialled(house)
    assert house.ana.modal is None


async def test_everything_wrong_is_told_in_french_to_who_reads_french(house: House) -> None:
    form = await form_of(house, house.benoit)
    await house.benoit.submit(form, WRONG)
    assert [words for words in form.errors.values() if "L" not in words and "C" not in words] == []
    assert form.errors.keys() == WRONG.keys()
    assert form.errors["variables"].startswith("La ligne 2 n’a pas de signe =")


async def test_without_an_assistant_in_the_settings_uuids_are_typed(bare: House) -> None:
    form = await form_of(bare, bare.benoit)
    wrong = {"assistant": "the nice one", "caller": "514 555 1234"}
    await bare.benoit.submit(form, WRONG | wrong)
    assert form.errors.keys() == {*WRONG, *wrong}
    assert form.errors["assistant"].startswith("Ce n’est pas un UUID")
    values = {"assistant": ASSISTANT_ID, "caller": PHONE_NUMBER_ID}
    await bare.benoit.submit(form, values | {"number": NUMBER, "variables": None})
    await dialled(bare)


REFUSALS: list[tuple[dict[str, str], str, str]] = [
    ({"number": "Marie"}, "number", "This is not a phone number"),
    ({"number": "<!channel>"}, "number", "This is not a phone number"),
    ({"number": "+999 1234 5678"}, "number", "No country has this calling code"),
    ({"number": "9-1-1"}, "number", "I never call emergency numbers"),
    ({"number": "811"}, "number", "811 is a short number"),
    ({"number": "+1 514 555 12"}, "number", "Read as +151455512, which no phone"),
    ({"number": "+1 514 555 1234 ext. 5"}, "number", "An extension cannot be dialled"),
    ({"number": "+290 2345"}, "number", "which AlloMia cannot dial"),  # 8 characters: St Helena
    ({"assistant": ASSISTANT_ID[:-1]}, "assistant", "This is not a UUID"),
    ({"caller": ASSISTANT_ID + "0"}, "caller", "This is not a UUID"),
    ({"variables": "<!channel>"}, "variables", "Line 1 has no = sign: “<!channel>”"),
    ({"variables": "\n\nx=1\n x =2"}, "variables", "Line 4 gives “x” a second time"),
    ({"variables": "x = ••••"}, "variables", "Line 1 hides the value of “x”"),
]


async def test_each_refusal_stands_beside_its_own_field(bare: House) -> None:
    form = await form_of(bare, bare.ana)
    right: dict[str, Any] = {
        "number": NUMBER,
        "assistant": ASSISTANT_ID,
        "caller": PHONE_NUMBER_ID,
    }
    for values, field, told in REFUSALS:
        await bare.ana.submit(form, right | {"variables": None} | values)
        assert list(form.errors) == [field]
        assert told in form.errors[field]
    assert (form.is_open, bare.allomia.log) == (True, [])


async def test_what_was_typed_reaches_allomia(bare: House) -> None:
    form = await form_of(bare, bare.ana)
    bare.allomia.assistants, bare.allomia.phone_numbers = [OTHER], [OTHER.lower()]
    values = {
        "number": " (514) 555–1234 ",
        "name": "  Marie   <Tremblay> ",
        "variables": "slot = Tuesday 3 pm\r\n\r\nnote=a=b\n empty =",
        "assistant": f" {OTHER} ",
        "caller": OTHER.lower(),
    }
    await bare.ana.submit(form, values)
    await dialled(bare)
    sent = bare.allomia.dialled()[0].body
    assert sent.pop("callbackUrl").startswith(f"{bare.url}/allomia/callback/")
    assert sent == {
        "phoneNumber": NUMBER,
        "customerName": "Marie <Tremblay>",
        "assistantId": OTHER,
        "phoneNumberId": OTHER.lower(),
        "dynamicVariables": {"slot": "Tuesday 3 pm", "note": "a=b", "empty": ""},
    }


async def test_the_conversation_picked_gets_the_call_s_message(house: House) -> None:
    house.slack.workspace.channels[BILLING].members.append(house.slack.workspace.app.bot_user)
    form = await form_of(house, house.ana)
    await house.ana.submit(form, {"number": NUMBER, "channel": BILLING})
    await house.card(channel=BILLING)
    assert house.cards() == []


async def test_without_a_conversation_the_app_s_direct_message_gets_it(house: House) -> None:
    form = await form_of(house, house.ana)
    await house.ana.submit(form, {"number": NUMBER, "channel": None})
    await house.card("Calling", house.ana.direct.id)
    assert house.cards() == []


async def test_where_the_app_cannot_post_the_person_is_told_and_nobody_dialled(
    house: House,
) -> None:
    form = await form_of(house, house.ana)
    await house.ana.submit(form, {"number": NUMBER, "name": "Marie", "channel": BILLING})
    await house.slack.until(lambda: house.ana.ephemerals)
    told = house.ana.ephemerals[0].words
    assert "The call to Marie was cancelled. Nobody was called" in told
    assert f"I cannot write in <#{BILLING}>" in told
    assert house.allomia.log == []


async def test_a_number_with_a_live_call_wants_a_confirmation(house: House) -> None:
    await house.placed()
    form = await form_of(house, house.benoit)
    values = {"number": "514 555 1234", "name": "Paul", "variables": "x = 1", "channel": FRONT_DESK}
    await house.benoit.submit(form, values)
    assert f"demandé par <@{house.ana.id}>" in form.words
    first = offered(form)
    await house.benoit.submit(form, {"confirm": []})
    assert (form.is_open, offered(form)) == (True, first)
    await dialled(house, 1)
    await house.benoit.submit(form, {"confirm": [first]})
    await dialled(house, 2)
    assert (house.benoit.modal, house.allomia.dialled()[1].body["customerName"]) == (None, "Paul")


async def test_a_live_call_does_not_hide_what_else_is_wrong(house: House) -> None:
    await house.placed()
    form = await form_of(house, house.ana)
    await house.ana.submit(form, {"number": NUMBER, "variables": "x"})
    assert list(form.errors) == ["number", "variables"]
    assert "A call to this number is under way" in form.errors["number"]
    await house.ana.submit(form, {"variables": "x=1"})
    await house.ana.submit(form, {"confirm": [offered(form)]})
    await dialled(house, 2)


async def test_a_confirmation_holds_for_the_call_that_was_shown(house: House) -> None:
    await house.placed()
    mine, theirs = await form_of(house, house.ana), await form_of(house, house.benoit)
    await house.ana.submit(mine, {"number": NUMBER})
    await house.benoit.submit(theirs, {"number": NUMBER})
    seen = offered(mine)
    await house.benoit.submit(theirs, {"confirm": [seen]})
    await house.ana.submit(mine, {"confirm": [seen]})
    assert (mine.is_open, offered(mine) != seen) == (True, True)
    await dialled(house, 2)
    await house.ana.submit(mine, {"confirm": [offered(mine)]})
    await dialled(house, 3)


async def test_of_two_people_at_once_one_calls_and_the_other_is_asked(house: House) -> None:
    forms = [await form_of(house, house.ana), await form_of(house, house.benoit)]
    values = {"number": NUMBER, "channel": FRONT_DESK}
    await asyncio.gather(house.ana.submit(forms[0], values), house.benoit.submit(forms[1], values))
    await dialled(house, 1)
    (asked,) = (form for form in forms if form.is_open)
    assert offered(asked)
    assert len(await statuses(house.environ["DATABASE_URL"])) == 1


async def test_a_submission_delivered_twice_is_one_call(house: House) -> None:
    form = await form_of(house, house.ana)
    answer = await house.ana.submit(form, {"number": NUMBER})
    again = await asyncio.gather(*(house.ana.repeat(answer) for _ in range(4)))
    assert {(one.status, one.text) for one in (answer, *again)} == {(200, "")}
    await house.card("Calling")
    assert len(await statuses(house.environ["DATABASE_URL"])) == 1
    await dialled(house, 1)
    assert len(house.cards()) == 1


async def test_submissions_at_the_same_instant_are_one_call(house: House) -> None:
    form = await form_of(house, house.ana)
    first = house.ana.submit(form, {"number": NUMBER})
    parcel = parcel_of(form, house, {"number": NUMBER})
    twins = (house.slack.deliver(parcel) for _ in range(3))
    answers = await asyncio.gather(first, *twins)
    assert [(one.status, one.text) for one in answers] == [(200, "")] * 4
    await house.card("Calling")
    await dialled(house, 1)


def parcel_of(form: View, house: House, values: dict[str, Any]) -> Parcel:
    """Make a submission of a form as Slack might send it, with other fields than typed."""
    payload = json.loads(json.dumps(sent_by(house, form)))
    payload["view"]["state"]["values"].update(
        {name: {name: {"type": "plain_text_input", "value": v}} for name, v in values.items()}
    )
    return Parcel("view_submission", urlencode({"payload": json.dumps(payload)}).encode())


def sent_by(house: House, form: View) -> dict[str, Any]:
    """Return the payload of Ana's submission."""
    return payloads.view_submission(house.slack.workspace, house.ana.user, form)


@pytest.mark.parametrize(
    "nothing", [None, {}, {"type": "plain_text_input"}, {"type": "x", "value": None}], ids=str
)
async def test_fields_that_slack_sends_empty_or_not_at_all_are_empty(
    house: House, nothing: dict[str, Any] | None
) -> None:
    form = await form_of(house, house.ana)
    payload = sent_by(house, form)
    values = payload["view"]["state"]["values"]
    values["number"] = {"number": {"type": "plain_text_input", "value": NUMBER}}
    for name in ("name", "variables", "channel"):
        values[name] = nothing if nothing in (None, {}) else {name: nothing}
    del values["name"]
    parcel = Parcel("view_submission", urlencode({"payload": json.dumps(payload)}).encode())
    answer = await house.slack.deliver(parcel, Seal(deliberate=True))
    assert (answer.status, answer.text) == (200, "")
    await dialled(house)
    assert house.allomia.dialled()[0].body.keys() == {
        "phoneNumber",
        "assistantId",
        "phoneNumberId",
        "callbackUrl",
    }
    for values in ({}, None):
        payload["view"]["state"] = values
        parcel = Parcel("view_submission", urlencode({"payload": json.dumps(payload)}).encode())
        payload["view"]["root_view_id"] = f"V{values}"
        answer = await house.slack.deliver(parcel, Seal(deliberate=True))
        assert (answer.status, answer.in_time) == (200, True)


async def test_a_database_that_does_not_answer_is_said_in_time_and_nothing_is_placed(
    house: House,
) -> None:
    form = await form_of(house, house.ana)
    values = {"number": NUMBER, "name": "Marie", "variables": "slot = Tuesday"}
    async with held(house.environ["DATABASE_URL"]):
        answer: Answer = await house.ana.submit(form, values)
    assert answer.in_time
    notice = house.ana.modal
    assert notice is not None
    assert "was not placed and nobody will be called" in notice.words
    await house.placed("now +15145550000 Paul")  # whoever waited for the database has had it
    assert len(await statuses(house.environ["DATABASE_URL"])) == 1
    assert house.allomia.dialled(NUMBER) == []
    await house.ana.close(notice)
    assert house.ana.modal is form
    await house.ana.submit(form)
    await house.allomia.until(lambda: house.allomia.dialled(NUMBER))
    assert house.allomia.dialled(NUMBER)[0].body["dynamicVariables"] == {"slot": "Tuesday"}

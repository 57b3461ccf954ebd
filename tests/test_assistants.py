"""A workspace with a directory: people choose an assistant by name, and fill what it needs."""

from datetime import timedelta
from typing import Any

import pytest

from calls import hours
from calls.clock import now
from calls.directory import Directory
from calls.model import Call
from calls.rules import Rules
from clinic import CLINIC, DESK, LAB, OTHER_ID, REMINDERS, described
from flow import away, database_of, noted
from house import NUMBER, House
from sandbox.allomia import ASSISTANT_ID, PHONE_NUMBER_ID
from sandbox.modals import View
from sandbox.person import Person
from sandbox.workspace import BILLING, FRONT_DESK
from test_command import told

pytestmark = pytest.mark.windows

NEXT_WEEK = now() + timedelta(days=7)
DAY, SAID = f"{NEXT_WEEK:%Y-%m-%d}", f"{NEXT_WEEK:%A} {NEXT_WEEK.day} {NEXT_WEEK:%B}"
NEEDED: dict[str, Any] = {
    "value:text:text": "broken wrist",
    "value:date-time:date_time": DAY,
    "value:date-time.at:date_time": "14:30",
    "value:choice:choice": "Dr. Smith",
    "value:yes-no:yes_no": "yes",
}
TOLD = {
    "text": "broken wrist",
    "long_text": "nothing else",
    "date": "Wednesday 21 May 1980",
    "date_time": f"{SAID} at 2:30 pm",
    "choice": "Dr. Smith",
    "yes_no": "yes",
}


async def opened(house: House, person: Person | None = None, typed: str = "") -> View:
    """Type `/call`, and wait for the form that is the directory's."""
    person = person or house.ana
    house.slack.workspace.modals.clear(person.id)
    await person.command(typed, FRONT_DESK)
    return await house.slack.until(
        lambda: person.modal if person.modal and "Reminders" in person.modal.words else None
    )


async def chosen(house: House, form: View, assistant: str) -> None:
    """Choose an assistant, and wait until the form is that one's."""
    faces = len(form.faces)
    await house.ana.press(form, "assistant", value=assistant)
    await house.slack.until(lambda: len(form.faces) > faces)


def standing(form: View, block: str) -> Any:  # noqa: ANN401 - what Slack says of an element
    (element,) = form.state[block].values()
    return next((value for key, value in element.items() if key != "type"), None)


def blocks(form: View) -> list[str]:
    return [block["block_id"] for block in form.blocks if block["type"] == "input"]


async def dialled(house: House, calls: int = 1) -> dict[str, Any]:
    """Wait for so many calls, and return the last one's request."""
    await house.allomia.until(lambda: len(house.allomia.dialled()) >= calls)
    return dict(house.allomia.dialled()[-1].body)


async def ended(house: House) -> None:
    """Let the only call be placed, and end."""
    await dialled(house)
    await house.allomia.end(house.allomia.dialled()[0].outbound_call_id)


async def test_a_call_is_placed_without_seeing_a_uuid(house: House) -> None:
    await described(house)
    house.allomia.phone_numbers = [OTHER_ID]
    form = await opened(house, typed=f"{NUMBER} Marie")
    assert [one for one in blocks(form) if one.startswith("value:")] == []
    await chosen(house, form, ASSISTANT_ID)
    assert "Confirms an appointment" in form.words
    assert (standing(form, "number"), standing(form, "caller")["value"]) == (NUMBER, DESK.uuid)
    answer = await house.ana.submit(
        form, NEEDED | {"caller": LAB.uuid, "variables": "note = ring twice"}
    )
    assert (answer.text, form.errors) == ("", {})
    sent = await dialled(house)
    assert (sent["assistantId"], sent["phoneNumberId"]) == (ASSISTANT_ID, OTHER_ID)
    assert sent["dynamicVariables"] == TOLD | {"note": "ring twice"}
    assert (await noted(house))[0].typed["date_time"] == f"{DAY} 14:30"
    card = await house.card("· Reminders ·")
    assert ASSISTANT_ID[:8] not in form.words + card.words


async def test_everything_wrong_with_typed_values_stands_beside_their_fields(house: House) -> None:
    await described(house)
    form = await opened(house, typed="5")
    await chosen(house, form, ASSISTANT_ID)
    wrong = {"variables": "text = x", "value:number:number": "12e5", "caller": DESK.uuid}
    await house.ana.submit(form, NEEDED | wrong)
    assert list(form.errors) == ["number", "variables", "value:number:number"]
    assert "“text” has a field of its own" in form.errors["variables"]


async def test_another_assistant_keeps_what_was_typed_where_key_and_kind_are_the_same(
    house: House,
) -> None:
    await described(house)
    form = await opened(house)
    await chosen(house, form, ASSISTANT_ID)
    common = {"number": NUMBER, "name": "Marie", "channel": BILLING, "variables": "x = 1"}
    house.ana.fill(form, common | NEEDED | {"caller": LAB.uuid})
    await chosen(house, form, OTHER_ID)
    assert {name: standing(form, name) for name in common} == common
    assert standing(form, "value:text:text") == "broken wrist"
    assert standing(form, "value:text:date") == "1980-05-21"  # now a text, with what stood there
    assert standing(form, "value:yes-no:yes_no")["value"] == "yes"
    assert standing(form, "caller")["value"] == LAB.uuid
    await chosen(house, form, ASSISTANT_ID)
    assert standing(form, "value:text:text") == "broken wrist"
    assert standing(form, "caller")["value"] == DESK.uuid


async def test_a_form_sent_before_it_has_become_the_new_assistants_asks_for_its_fields(
    house: House,
) -> None:
    await described(house)
    form = await opened(house)
    values = {"number": NUMBER, "assistant": ASSISTANT_ID, "caller": DESK.uuid}
    await house.ana.submit(form, values)  # as if Slack had not said that it was chosen
    assert form.is_open
    assert "value:text:text" in blocks(form)
    await house.ana.submit(form, NEEDED)
    assert (await dialled(house))["dynamicVariables"] == TOLD


async def test_the_last_choice_is_proposed_in_that_conversation_and_elsewhere(
    house: House,
) -> None:
    await described(house)
    form = await opened(house)
    await chosen(house, form, ASSISTANT_ID)
    await house.ana.submit(form, NEEDED | {"number": NUMBER})
    await dialled(house)
    form = await opened(house)
    assert standing(form, "assistant")["value"] == ASSISTANT_ID
    house.slack.workspace.modals.clear(house.ana.id)
    await house.ana.command("", BILLING)
    other = await house.slack.until(lambda: house.ana.modal)
    assert standing(other, "assistant")["value"] == ASSISTANT_ID
    assert standing(await opened(house, house.benoit), "assistant") is None


async def test_the_last_choice_outlives_a_restart(closed_house: House) -> None:
    house = closed_house
    async with house.open():
        await described(house)
        form = await opened(house)
        await chosen(house, form, ASSISTANT_ID)
        await house.ana.submit(form, NEEDED | {"number": NUMBER})
        await dialled(house)
    async with house.open():
        form = await opened(house)
        await house.slack.until(lambda: standing(form, "assistant"))
        assert standing(form, "assistant")["value"] == ASSISTANT_ID
        assert "value:text:text" in blocks(form)


async def test_the_form_opens_while_the_database_does_not_answer(house: House) -> None:
    await described(house)
    await opened(house)
    async with away(house):
        form = await opened(house)
        assert standing(form, "assistant") is None


async def test_a_choice_that_cannot_be_noted_delays_nothing(house: House) -> None:
    await described(house)
    form = await opened(house)
    await chosen(house, form, ASSISTANT_ID)
    async with database_of(house) as database, database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE choices RENAME TO elsewhere")
    answer = await house.ana.submit(form, NEEDED | {"number": NUMBER})
    assert (answer.text, answer.in_time) == ("", True)
    await dialled(house)
    async with database_of(house) as database, database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO choices")
    assert standing(await opened(house), "assistant")["value"] == ASSISTANT_ID


async def test_the_command_asks_which_assistant_where_there_are_several(house: House) -> None:
    await described(house)
    pairs = f'text=wrist date_time="{DAY} 14:30" yes_no=oui note=free date=soon'
    answer = await house.ana.command(f"now {NUMBER} Marie {pairs}", FRONT_DESK)
    assert answer.text == ""
    form = await house.slack.until(lambda: house.ana.modal)
    assert (standing(form, "name"), house.allomia.log) == ("Marie", [])
    await chosen(house, form, ASSISTANT_ID)
    assert standing(form, "variables") == "note = free\ndate = soon"
    await house.ana.submit(form, {"variables": "note = free"})
    sent = (await dialled(house))["dynamicVariables"]
    assert sent["date_time"] == TOLD["date_time"]
    assert (sent["text"], sent["note"], sent["yes_no"]) == ("wrist", "free", "yes")


async def test_the_command_reads_pairs_by_the_only_assistants_rules(house: House) -> None:
    await described(house, Directory(assistants=(REMINDERS,), caller_ids=(DESK,)))
    await opened(house)
    answer = await house.ana.command(f"now {NUMBER} text=x date_time=soon yes_no=si", FRONT_DESK)
    said = house.ana.ephemerals[0].words
    assert "“Date_Time” needs both a day and a time." in said
    assert "“Yes_No” must be yes or no." in said
    pairs = f'text=wrist date_time="{DAY} 14:30" yes_no=no choice="dr. smith"'
    answer = await house.ana.command(f"now {NUMBER} {pairs}", FRONT_DESK)
    assert answer.body is None
    sent = await dialled(house)
    assert sent["dynamicVariables"] == TOLD | {"text": "wrist", "yes_no": "no"}
    assert sent["phoneNumberId"] == PHONE_NUMBER_ID


async def again(house: House, person: Person) -> View:
    """Press *Call again* on the call's message, and wait for the form."""
    card = await house.card("Call again")
    await person.press(card, "again")
    return await house.slack.until(
        lambda: person.modal if person.modal and "number" in blocks(person.modal) else None
    )


async def test_call_again_fills_every_field_as_it_was_typed(house: House) -> None:
    await described(house)
    form = await opened(house)
    await chosen(house, form, ASSISTANT_ID)
    await house.ana.submit(form, NEEDED | {"number": NUMBER, "variables": "note = x"})
    await ended(house)
    form = await again(house, house.ana)
    assert {name: _plain(standing(form, name)) for name in NEEDED} == NEEDED
    assert standing(form, "variables") == "note = x"
    await house.ana.submit(form, {"value:date-time.at:date_time": "15:00"})
    sent = await dialled(house, 2)
    assert sent["dynamicVariables"] == TOLD | {
        "date_time": f"{SAID} at 3 pm",
        "note": "x",
    }


def _plain(value: Any) -> Any:  # noqa: ANN401
    return value["value"] if isinstance(value, dict) else value


async def test_call_again_on_somebody_elses_call_keeps_what_is_hidden(house: House) -> None:
    await described(house)
    form = await opened(house)
    await chosen(house, form, ASSISTANT_ID)
    await house.ana.submit(form, NEEDED | {"number": NUMBER})
    await ended(house)
    form = await again(house, house.benoit)
    assert [words for words in ("wrist", "Dr. Smith", DAY) if words in str(form.state)] == []
    await house.benoit.submit(form)
    sent = await dialled(house, 2)
    assert sent["dynamicVariables"] == TOLD
    assert sent["phoneNumber"] == NUMBER


# Questions

TOLL_FREE = "+18005551234"
CLOSED = hours.Hours(days=((),) * 7)


def opens_later() -> Rules:
    """Return calling hours that are closed now, and open within the day."""
    later = (now() + timedelta(hours=3)).hour  # UTC
    window = (hours.Window(start=later * 60, end=later * 60 + 60),)
    return Rules(hours=hours.Hours(days=(window,) * 7))


async def test_the_zone_is_asked_where_the_number_does_not_tell_it(house: House) -> None:
    whole_day = (hours.Window(start=0, end=24 * 60),)
    await described(house, Directory(), Rules(hours=hours.Hours(days=(whole_day,) * 7)))
    form = await form_of(house)
    await house.ana.submit(form, {"number": TOLL_FREE})
    assert blocks(form)[0] == "zone"
    await house.ana.submit(form)
    assert list(form.errors) == ["zone"]
    await house.ana.submit(form, {"zone": "America/Chicago"})
    await dialled(house)
    (call,) = await noted(house)
    assert call.zone == "America/Chicago"


async def test_an_answer_is_asked_for_again_where_the_number_is_another(house: House) -> None:
    whole_day = (hours.Window(start=0, end=24 * 60),)
    await described(house, Directory(), Rules(hours=hours.Hours(days=(whole_day,) * 7)))
    form = await form_of(house)
    await house.ana.submit(form, {"number": TOLL_FREE})
    await house.ana.submit(form, {"zone": "America/Chicago", "number": "+1 888 555 1234"})
    assert (form.is_open, form.errors, blocks(form)[0]) == (True, {}, "zone")
    await house.ana.submit(form)
    await dialled(house)
    assert (await noted(house))[0].zone == "America/Chicago"


async def form_of(house: House) -> View:
    house.slack.workspace.modals.clear(house.ana.id)
    await house.ana.command("", FRONT_DESK)
    return await house.slack.until(lambda: house.ana.modal)


async def scheduled(house: House, form: View) -> Call:
    """Tick *Schedule*, submit, and return the call."""
    (tick,) = (block for block in form.blocks if block["block_id"] == "hour")
    await house.ana.submit(form, {"hour": [tick["element"]["options"][0]["value"]]})
    assert not form.is_open
    await house.card("Scheduled for")
    (call,) = await noted(house)
    return call


async def test_outside_hours_the_form_offers_to_schedule_in_both_zones(house: House) -> None:
    await described(house, Directory(), opens_later())
    form = await form_of(house)
    await house.ana.submit(form, {"number": "+44 20 7946 0958", "name": "Paul"})
    assert "outside calling hours in London" in form.words
    await house.ana.submit(form)
    assert list(form.errors) == ["hour"]
    call = await scheduled(house, form)
    assert call.hour
    assert call.hour > now()
    assert (house.allomia.log, call.zone) == ([], "Europe/London")
    card = await house.card("In London, where the person called is:")
    await house.ana.command("list", FRONT_DESK)
    said = await house.slack.until(lambda: house.ana.ephemerals)
    assert "Scheduled for <!date^" in said[-1].words
    await house.ana.press(card, "cancel")
    await house.card("Cancelled")
    assert house.allomia.log == []


async def test_every_question_is_asked_at_once_and_answers_are_kept(house: House) -> None:
    whole_day = (hours.Window(start=0, end=24 * 60),)
    always = Rules(hours=hours.Hours(days=(whole_day,) * 7), same_number=60)
    await described(house, Directory(), always)
    form = await form_of(house)
    await house.ana.submit(form, {"number": TOLL_FREE})
    await house.ana.submit(form, {"zone": "America/Chicago"})
    await ended(house)
    await house.card("Completed")
    form = await form_of(house)
    await house.ana.submit(form, {"number": TOLL_FREE})
    assert blocks(form)[:2] == ["confirm", "zone"]
    assert "was called a short while ago" in form.words
    (tick,) = (block for block in form.blocks if block["block_id"] == "confirm")
    reference = tick["element"]["options"][0]["value"]
    await house.ana.submit(form, {"confirm": [reference]})
    assert blocks(form)[:2] in (["confirm", "zone"], ["zone", "number"])
    await house.ana.submit(form, {"zone": "America/Chicago"})
    await dialled(house, 2)


async def test_where_no_hour_is_allowed_the_number_is_told_so(house: House) -> None:
    await described(house, Directory(), Rules(hours=CLOSED))
    form = await form_of(house)
    await house.ana.submit(form, {"number": "+44 20 7946 0958"})
    assert "Calling hours allow no call there (London)" in form.errors["number"]


async def test_the_command_opens_the_form_with_the_question(house: House) -> None:
    await described(house, Directory(), opens_later())
    await house.ana.command("now +442079460958 Paul note=x", FRONT_DESK)
    form = await house.slack.until(lambda: house.ana.modal)
    assert blocks(form)[0] == "hour"
    assert (standing(form, "name"), standing(form, "variables")) == ("Paul", "note = x")
    assert (await scheduled(house, form)).variables == {"note": "x"}


async def test_a_quick_dial_that_no_form_would_help_is_refused_at_once(house: House) -> None:
    await described(house, CLINIC, opens_later().having(countries=("CA", "GB")))
    for number, why in {"911": "never call emergency", "+33 899 12 34 56": "(France)"}.items():
        answer = await house.ana.command(f"now {number} Paul", FRONT_DESK)
        assert why in told(answer)
        assert "Choose one" not in told(answer)
    assert house.ana.modal is None


async def test_a_question_stays_while_the_assistant_is_changed(house: House) -> None:
    await described(house, CLINIC, opens_later())
    form = await opened(house)
    await chosen(house, form, ASSISTANT_ID)
    await house.ana.submit(form, NEEDED | {"number": "+44 20 7946 0958"})
    (tick,) = (block for block in form.blocks if block["block_id"] == "hour")
    house.ana.fill(form, {"hour": [tick["element"]["options"][0]["value"]]})
    await chosen(house, form, OTHER_ID)
    assert "outside calling hours in London" in form.words
    await house.ana.submit(form, {"value:text:text": "x", "caller": DESK.uuid})
    (call,) = await noted(house)
    assert (call.hour is not None, call.assistant_id) == (True, OTHER_ID)

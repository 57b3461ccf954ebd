"""Where calls report: nobody of another company reads along, and public channels see initials."""

import pytest

from calls.rules import Rules
from flow import direct, hurried, hurry, place, replies, whispered
from governed import decided
from handlers.conversations import BETWEEN_US, UNKNOWN, Conversation
from house import NUMBER, House, text_of
from records import statuses
from sandbox.blocks import JSON
from sandbox.modals import View
from sandbox.slack_faults import How
from sandbox.workspace import BILLING, BOT, FRONT_DESK, PARTNERS
from switch import sqlite_only

pytestmark = pytest.mark.windows

CALL = f"now {NUMBER} Marie-Ève Tremblay"
BARRED = "People of other companies are in this conversation, so calls cannot report here."
UNANNOUNCED = f"People of other companies are in <#{FRONT_DESK}>, so the call was not announced"
OUTAGES: list[How] = [
    {"status": 503, "times": None},
    {"retry_after": 0, "times": None},
    {"drop": True, "times": None},
]
OPEN, SHARED = Conversation(), Conversation(shared=True)
CLOSED = Conversation(public=False)


async def form_of(house: House, channel: str) -> View:
    """Let Ana type ``/call``, and return the form once Slack has told of the conversation."""
    await house.ana.command("", channel)
    form = await house.slack.until(lambda: house.ana.modal)
    await house.slack.until(lambda: house.slack.said("conversations.info"))
    return form


async def test_a_public_channel_sees_initials_and_who_asked_the_name(house: House) -> None:
    house.slack.workspace.channels[BILLING].members.append(BOT)
    call = await house.placed(CALL, BILLING)
    await house.allomia.end(call)
    reply = await house.reply(channel=BILLING)
    card = await house.card("Completed", BILLING)
    faces = [face.text + str(face.blocks) for face in card.faces]
    assert ("*M.-È. T.* · •••• 1234" in text_of(card), "M.-È. T. was" in reply.text) == (True, True)
    assert [face for face in [*faces, reply.words] if "Marie" in face or "Tremblay" in face] == []
    reference = card.metadata["event_payload"]["reference"] if card.metadata else ""
    for person, name in ((house.ana, "Marie-Ève Tremblay"), (house.benoit, "M.-È. T.")):
        await person.command(f"status {reference}", BILLING)
        await house.slack.until(lambda person=person: person.ephemerals)  # type: ignore[misc]
        assert f"*{name}*" in person.ephemerals[-1].words
        await person.press(card, "details")
        window = await house.slack.until(
            lambda person=person: (  # type: ignore[misc]
                person.modal if person.modal and "1234" in person.modal.words else None
            )
        )
        assert f"*{name}*" in window.words
    await house.ana.command("list", BILLING)
    await house.slack.until(lambda: len(house.ana.ephemerals) == 2)
    assert "*Marie-Ève Tremblay*" in house.ana.ephemerals[-1].words


async def test_a_private_channel_sees_the_name_and_a_public_one_where_the_rules_say_so(
    house: House,
) -> None:
    house.slack.workspace.channels[BILLING].members.append(BOT)
    await decided(house, full_names=True)
    await house.placed(CALL, BILLING)
    assert "*Marie-Ève Tremblay*" in text_of(await house.card(channel=BILLING))
    await decided(house, full_names=False)
    await house.placed("now +15145550000 Paul Roy")
    assert "*Paul Roy*" in text_of(await house.card())
    await house.ana.command("now +15145550001 Anne Roy", house.ana.direct.id)
    assert "*Anne Roy*" in text_of(await house.card(channel=house.ana.direct.id))


async def test_a_channel_shared_with_another_company_is_not_offered_and_refused(
    house: House,
) -> None:
    form = await form_of(house, PARTNERS)
    (select,) = (block for block in form.blocks if block["block_id"] == "channel")
    assert select["element"]["filter"]["exclude_external_shared_channels"] is True
    await house.ana.submit(form, {"number": NUMBER, "channel": PARTNERS})
    assert form.errors["channel"].startswith(BARRED)
    await house.ana.command(CALL, PARTNERS)
    assert BARRED in whispered(house)[-1]
    assert await statuses(house.environ["DATABASE_URL"]) == []
    await house.ana.close(form)
    await house.ana.command("", PARTNERS)  # by now it is known, and not even proposed
    form = await house.slack.until(lambda: house.ana.modal)
    assert form.state["channel"]["channel"]["selected_conversation"] is None


async def test_a_channel_that_an_administrator_allows_is_offered_and_sees_initials(
    house: House,
) -> None:
    await decided(house, shared_channels=(PARTNERS,))
    await house.placed(CALL, PARTNERS)
    assert "*M.-È. T.*" in text_of(await house.card(channel=PARTNERS))
    form = await form_of(house, PARTNERS)
    (select,) = (block for block in form.blocks if block["block_id"] == "channel")
    assert "exclude_external_shared_channels" not in str(
        {key: value for key, value in select["element"]["filter"].items() if value}
    )
    assert form.state["channel"]["channel"]["selected_conversation"] == PARTNERS


@pytest.mark.parametrize("becomes", ["external", "pending"])
async def test_a_channel_shared_after_the_form_was_sent_hears_nothing(
    house: House, becomes: str
) -> None:
    form = await form_of(house, FRONT_DESK)
    channel = house.slack.workspace.channels[FRONT_DESK]

    def turned(stage: str, what: str, _: JSON) -> None:
        if (stage, what) == ("arrived", "conversations.info"):  # the question before posting
            setattr(channel, becomes, True)

    house.slack.on_request = turned
    await house.ana.submit(form, {"number": NUMBER, "name": "Marie"})
    await house.slack.until(lambda: whispered(house))
    assert UNANNOUNCED in whispered(house)[0]
    assert (house.cards(), house.allomia.log) == ([], [])


async def test_a_message_that_was_not_taken_is_not_posted_once_the_channel_is_shared(
    house: House,
) -> None:
    house.slack.fail("chat.postMessage", status=503, channel=FRONT_DESK, times=None)
    await place(house)
    await house.slack.until(lambda: house.slack.said("chat.postMessage"))
    house.slack.workspace.channels[FRONT_DESK].external = True
    house.slack.mend()
    await hurried(house, lambda: whispered(house))
    assert UNANNOUNCED in whispered(house)[0]
    assert (house.cards(), house.allomia.log) == ([], [])


@pytest.mark.parametrize("fault", OUTAGES, ids=str)
async def test_while_slack_cannot_say_who_reads_along_nothing_is_posted(
    house: House, fault: How
) -> None:
    house.slack.fail("conversations.info", **fault)
    await place(house)
    await house.slack.until(lambda: len(house.slack.said("conversations.info")) > 1)
    assert house.slack.said("chat.postMessage") == []
    house.slack.mend()
    await hurry(house)
    await hurried(house, house.allomia.dialled)
    assert "*Marie*" in text_of(await house.card())


async def test_without_the_scope_a_channel_is_taken_for_a_public_one(house: House) -> None:
    house.slack.workspace.app.scopes -= {"groups:read"}
    call = await house.placed(CALL)
    await house.allomia.end(call)
    assert "M.-È. T." in (await house.reply()).text
    assert "*M.-È. T.*" in text_of(await house.card("Completed"))


@sqlite_only
async def test_a_channel_shared_during_the_call_does_not_hear_how_it_ended(
    closed_house: House,
) -> None:
    house = closed_house
    async with house.open():
        call = await house.placed()
        await house.card("Calling")
    house.slack.workspace.channels[FRONT_DESK].external = True
    await house.allomia.end(call)
    async with house.open():
        await hurried(house, lambda: direct(house))
    assert replies(house) == []
    (told,) = direct(house)
    assert told.startswith(":white_check_mark: Marie was reached")
    assert f"People of other companies are in <#{FRONT_DESK}> by now" in told


READINGS: list[tuple[object, Conversation]] = [
    ({"is_private": False}, OPEN),
    ({"is_private": True}, CLOSED),
    ({"is_mpim": True, "is_private": None}, CLOSED),
    ({"is_im": True}, CLOSED),
    ({"is_private": True, "is_shared": True, "is_org_shared": True}, CLOSED),
    ({"is_shared": True}, SHARED),
    ({"is_ext_shared": True, "is_org_shared": True}, SHARED),
    ({"is_pending_ext_shared": True}, SHARED),
    ({"is_private": "yes", "is_ext_shared": 0, "is_shared": [True]}, OPEN),
    (None, OPEN),
    ([], OPEN),
    ("C1", OPEN),
]


@pytest.mark.parametrize(("told", "found"), READINGS, ids=str)
def test_slack_s_description_is_read_and_nonsense_is_a_public_channel(
    told: object, found: Conversation
) -> None:
    assert Conversation.read(told) == found


@pytest.mark.parametrize(
    ("place", "rules", "shown"),
    [
        (BETWEEN_US, Rules(), (False, True)),
        (UNKNOWN, Rules(), (False, False)),
        (UNKNOWN, Rules(full_names=True), (False, True)),
        (SHARED, Rules(), (True, False)),
        (SHARED, Rules(shared_channels=("C1",)), (False, False)),
        (SHARED, Rules(shared_channels=("C2",), full_names=True), (True, True)),
        (Conversation(public=False, shared=True), Rules(), (True, False)),
    ],
)
def test_who_reads_along_decides_on_report_and_name(
    place: Conversation, rules: Rules, shown: tuple[bool, bool]
) -> None:
    assert (place.bars("C1", rules), place.names(rules)) == shown

"""What the call log tells is seen by those who may see the name of the person called."""

from calls.record import Record
from flow import direct, hurried, quiet, replies
from governed import decided
from house import NUMBER, House, text_of
from sandbox.allomia_log import CONFIRMED
from sandbox.person import Person
from sandbox.workspace import BILLING, BOT, FRONT_DESK, Message
from switch import sqlite_only
from test_details import FACTS, REACHED, SUMMARY, WITH_LOG, with_log
from views import record
from views.text import Text

CALL = f"now {NUMBER} Marie Tremblay"
WITHHELD = "The summary is in *Details*, for who asked for the call."


async def opened(house: House, person: Person, card: Message) -> str:
    """Return what a person sees in the details of a card."""
    await person.press(card, "details")
    modal = await house.slack.until(
        lambda: person.modal if person.modal and "1234" in person.modal.words else None
    )
    return modal.words


@sqlite_only
@with_log
async def test_a_public_channel_sees_no_summary_and_who_asked_does_in_details(
    house: House,
) -> None:
    house.slack.workspace.channels[BILLING].members.append(BOT)
    call = await house.placed(CALL, BILLING)
    await house.card("Calling", BILLING)
    await house.allomia.end(call)
    await hurried(house, lambda: any(FACTS in told for told in replies(house, BILLING)))
    await quiet(house)
    (told,) = replies(house, BILLING)
    assert told.endswith(f"{FACTS}\n{WITHHELD}")
    (card,) = house.cards(BILLING)
    assert [words in text_of(card) for words in (FACTS, WITHHELD, SUMMARY)] == [True, True, False]
    assert SUMMARY in await opened(house, house.ana, card)
    seen = await opened(house, house.benoit, card)
    assert Text("fr")("record.withheld") in seen
    assert [told for told in ("callSummary", "callSummaryFr") if str(CONFIRMED[told]) in seen] == []


@sqlite_only
@with_log
async def test_a_public_channel_sees_the_summary_where_the_rules_show_names(house: House) -> None:
    house.slack.workspace.channels[BILLING].members.append(BOT)
    await decided(house, full_names=True)
    call = await house.placed(CALL, BILLING)
    await house.card("Calling", BILLING)
    await house.allomia.end(call)
    await hurried(house, lambda: any(SUMMARY in told for told in replies(house, BILLING)))


@sqlite_only
async def test_a_channel_that_has_been_shared_since_is_told_nothing_more(
    closed_house: House,
) -> None:
    house = closed_house
    house.allomia.writes(after=1.0)
    async with house.open(**WITH_LOG):
        call = await house.placed()
        await house.card("Calling")
        await house.allomia.end(call)
        await house.reply(REACHED)
    house.slack.workspace.channels[FRONT_DESK].external = True
    async with house.open():
        await hurried(house, lambda: any(FACTS in text_of(card) for card in house.cards()))
        await quiet(house)
    (card,) = house.cards()
    assert SUMMARY not in text_of(card)
    assert (replies(house), direct(house)) == ([REACHED], [])


def test_a_summary_that_is_withheld_is_told_of_only_where_there_is_one() -> None:
    text = Text("en")
    bare = Record(id="1", outcome="wrong_number")
    drawn = [record.whole(found.discreet(), text) for found in (bare, _summed(bare))]
    assert [len(blocks) for blocks in drawn] == [1, 2]
    assert WITHHELD in str(drawn[1][-1].to_dict())


def _summed(found: Record) -> Record:
    return found.model_copy(update={"summaries": {"en": "Marie comes."}})

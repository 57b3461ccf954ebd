"""An outcome is told by the workspace's rules: in the channel, with mentions, by direct message."""

import pytest

from calls.telling import ASKER, End, Telling
from flow import direct, noted, quiet, replies
from governed import decided, person
from house import House
from sandbox.allomia import ORGANIZATION_ID
from sandbox.workspace import ADMIN, ANA, BENOIT, FRONT_DESK, PARTNERS, PRIVATE, Message
from switch import sqlite_only

LOUD = Telling(ends=(End.REACHED,), broadcast=True, mentions=(ASKER, "S0NURSES"), direct=BENOIT)
MENTIONS = f"<@{ANA}> <!subteam^S0NURSES> "
REACHED = ":white_check_mark: Marie was reached."
WITH_LOG = {"ALLOMIA_ORGANIZATION_ID": ORGANIZATION_ID}


def told(house: House, who: str) -> list[Message]:
    """Return what the app has told somebody in its direct messages with them."""
    return house.slack.workspace.messages(person(house, who).direct.id)


async def ended(house: House, channel: str = FRONT_DESK) -> None:
    """Let a call be placed and reach somebody, and wait until all is told."""
    call = await house.placed(channel=channel)
    await house.card("Calling", channel)
    await house.allomia.end(call)
    await quiet(house)


@pytest.mark.parametrize("house", [WITH_LOG], indirect=True)
async def test_an_outcome_is_told_aloud_and_once_and_completed_where_it_stands(
    house: House,
) -> None:
    await decided(house, tellings=(LOUD,), no_transcripts=(FRONT_DESK,))
    house.allomia.writes(after=0)
    house.slack.fail("chat.postMessage", lose_reply=True, channel=person(house, BENOIT).direct.id)
    await ended(house)
    (reply,) = (one for one in house.slack.workspace.messages(FRONT_DESK) if one.broadcast)
    assert replies(house) == [reply.text]
    assert reply.text.startswith(MENTIONS + REACHED)
    assert reply.words.startswith(MENTIONS)
    assert "appointment confirmed" in reply.text
    assert len(reply.faces) > 1
    (besides,) = told(house, BENOIT)
    (call,) = await noted(house)
    assert call.besides
    assert (call.besides.channel, call.besides.ts) == (besides.channel, besides.ts)
    assert besides.text.startswith(":white_check_mark: L’appel à Marie a abouti.")
    assert f"p{house.cards()[0].ts.replace('.', '')}|ouvrir le fil>" in besides.text
    assert "rendez-vous confirmé" in besides.text
    assert direct(house) == []
    assert house.slack.said("conversations.history")  # where the lost posting was looked for


@sqlite_only
async def test_who_may_not_see_a_call_or_is_gone_is_told_nothing_and_the_thread_tells_it(
    house: House,
) -> None:
    gone = Telling(channels=(FRONT_DESK,), direct=ADMIN)
    await decided(house, tellings=(gone, Telling(channels=(PRIVATE,), direct=BENOIT)))
    house.slack.workspace.users[ADMIN].deactivated = True
    await ended(house)
    await ended(house, PRIVATE)
    assert (told(house, ADMIN), told(house, BENOIT)) == ([], [])
    assert (len(replies(house)), len(replies(house, PRIVATE))) == (1, 1)


@sqlite_only
async def test_people_of_other_companies_are_neither_mentioned_nor_told_in_the_channel(
    house: House,
) -> None:
    await decided(house, tellings=(LOUD.having(direct=""),), shared_channels=(PARTNERS,))
    await ended(house, PARTNERS)
    (card,) = house.slack.workspace.messages(PARTNERS)
    (reply,) = house.slack.workspace.replies(PARTNERS, card.ts)
    assert (reply.broadcast, "<" in reply.text) == (False, False)


@sqlite_only
async def test_a_channel_that_takes_replies_only_gets_the_outcome_in_the_thread(
    house: House,
) -> None:
    await decided(house, tellings=(LOUD.having(direct=ASKER),))
    call = await house.placed()
    await house.card("Calling")
    error = "restricted_action_thread_only_channel"
    house.slack.fail("chat.postMessage", error=error, channel=FRONT_DESK)
    await house.allomia.end(call)
    await quiet(house)
    (reply,) = house.slack.workspace.replies(FRONT_DESK, house.cards()[0].ts)
    assert (reply.broadcast, reply.text.startswith(MENTIONS)) == (False, True)
    (besides,) = direct(house)
    assert "I am telling you besides its thread" in besides

"""A clinic's day: 120 calls, the app killed at noon; each thread tells the truth, once."""

from collections import Counter
from pathlib import Path

import pytest

from clinic_day import CALLS, Day
from desks import chosen, home, words
from flow import direct, noted, quiet, whispered
from governed import decided
from house import House, text_of
from lives import Lives
from patients import Patient, plain
from prove import sized
from sandbox.person import Person
from sandbox.workspace import ANA, FRONT_DESK, PRIVATE, Message
from switch import everywhere
from test_again import described

SECONDS = sized(120, 600)
RULED = {"same_number": 10, "no_transcripts": (FRONT_DESK,)}


def needing(person: Person) -> list[str]:
    """Return the calls that Home shows under *Needs you*, in their order."""
    found: list[str] = []
    under = False
    for block in (person.home or {}).get("blocks", []):
        if block["type"] == "header":
            under = block["text"]["text"].startswith("Needs you")
        elif under and block["type"] == "section":
            found.append(block["block_id"])
    return found


async def assigned(house: House, card: Message) -> None:
    """Let Benoît ask Ana to see to a call of his."""
    reference = card.metadata["event_payload"]["reference"] if card.metadata else ""
    await house.benoit.press(card, "handing", value=f"assign {reference}")
    form = await house.slack.until(lambda: house.benoit.modal)
    await house.slack.until(lambda: house.benoit.modal and house.benoit.modal.state)
    assert form
    await house.benoit.submit(form, {"who": ANA})
    await house.slack.until(lambda: f"<@{ANA}> s’en occupe." in text_of(card))


def figures(today: Day) -> str:
    """Write what Home must say of Ana's calls."""
    ends = [shown for one in today.patients if one.asker.id == ANA for shown, _ in one.truth]
    reached = sum(shown.startswith("completed") for shown in ends)
    missed = sum(shown.startswith(("busy", "failed", "voicemail")) for shown in ends)
    known = f"*{len(ends)}* placed · *{reached}* reached · *{missed}* not reached."
    return f"{known} Waiting now: *0*"


def undrawn(one: Patient) -> list[str]:
    """Return what a thread tells of a conversation, and its message does not show."""
    told = [(card, line) for card in one.cards for line in "\n".join(one.told(card)).split("\n")]
    facts = [(card, line) for card, line in told if line.startswith(("*", "“", "«"))]
    return [line for card, line in facts if line not in plain(text_of(card))]


async def what_is_left(today: Day) -> None:
    """See that the receptionist finds what is left to do in one look, and does it."""
    house, ana = today.house, today.house.ana
    (never,) = today.of("never again")
    (theirs,) = today.of("busy, in French")
    await ana.press(never.cards[0], "never")
    await assigned(house, theirs.cards[0])
    last = {call.number: call.reference for call in await noted(house)}
    left = {one.number for one in today.patients if one.left}
    await ana.open_home()
    await home(house, ana, "Needs you")
    first, *others = needing(ana)
    assert first == last[theirs.number]
    assert sorted(others) == sorted(last[n] for n in left - {theirs.number})
    assert f"Needs you ({len(left)})" in str(ana.home)
    assert figures(today) in words(ana)
    for reference in (first, *others):
        await chosen(house, ana, "done", reference)
        await today.until(lambda reference=reference: reference not in needing(ana))  # type: ignore[misc]
    assert "Needs you" not in str(ana.home)


@pytest.mark.timeout(SECONDS)
@everywhere
async def test_a_clinic_s_day_is_told_truly_and_once_though_the_app_is_killed_at_noon(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    await described(house)
    await decided(house, **RULED)
    async with Lives(house, tmp_path) as lives:
        today = Day(house, lives)
        await lives.ready()
        await today.morning()
        await today.noon()
        await lives.ready()
        await today.afternoon()
        await what_is_left(today)
        await quiet(house)
    told = {one.name: (one.kind, one.account, one.truth) for one in today.patients}
    assert {name: of for name, of in told.items() if of[1] != of[2]} == {}
    assert {one.name: missing for one in today.patients if (missing := undrawn(one))} == {}
    asked = house.slack.said("POST /api/outbound")
    dialled = Counter(one.request["phoneNumber"] for one in asked if one.request)
    assert dialled == {one.number: one.story.dialled for one in today.patients}
    never_made = [call.reason for call in await noted(house) if call.dialled_at is None]
    why = sorted(reason.key for reason in never_made if reason)
    assert why == ["again.voicemail", "cancelled.opted_out"]
    assert len(house.cards()) + len(house.cards(PRIVATE)) == CALLS
    assert (len(direct(house)), whispered(house)) == (1, [])
    assert not [line for line in lives.lines if "Traceback" in line]

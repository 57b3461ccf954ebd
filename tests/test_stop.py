"""All dialling is stopped and resumed by administrators, at once, for every door and process."""

import asyncio
from itertools import cycle

import pytest

from calls.status import Status
from flow import BETWEEN_LOOKS, CALL, away, direct, noted, place, posted, quiet, replies
from governed import admin, beside, person
from house import NUMBER, House, text_of
from sandbox.allomia import Stage
from sandbox.allomia_calls import PlacedCall
from sandbox.person import Person
from sandbox.workspace import ADMIN, FRONT_DESK, Message
from switch import postgres_only, sqlite_only

STOPPED = "All dialling is stopped by <@U0ADMIN001> since "
LATE = "which may still go out"
WAITING = "Waiting, all dialling is stopped"
BY = f"<@{ADMIN}> has stopped all dialling."
RESUMED = ":arrow_forward: Dialling goes on. Calls that have waited go out now."
REFUSED = (
    "Only administrators may do this. Ask one of them; "
    "Slack shows in each person's profile who administers the workspace."
)


async def told(house: House, who: Person, words: str) -> str:
    """Wait until only this person is told something."""
    return await house.slack.until(
        lambda: next((m.text for m in reversed(who.ephemerals) if words in m.text), None)
    )


async def halted(house: House) -> None:
    """Let the administrator stop all dialling."""
    await admin(house).command("stop", FRONT_DESK)
    await told(house, admin(house), STOPPED)


async def resumed(house: House) -> None:
    """Let the administrator resume dialling."""
    await admin(house).command("resume", FRONT_DESK)
    await told(house, admin(house), RESUMED)


async def none_dialling(house: House) -> None:
    """Wait until AlloMia is being asked for no call."""
    async with asyncio.timeout(30):
        while True:
            if all(call.status is not Status.DIALLING for call in await noted(house)):
                return
            await asyncio.sleep(BETWEEN_LOOKS)


def waiting(house: House) -> list[str]:
    """Return the cards that say that they wait."""
    return [card.ts for card in house.cards() if WAITING in text_of(card)]


async def test_once_stop_is_answered_no_request_leaves_until_resume_whoever_dials(
    closed_house: House,
) -> None:
    house, many = closed_house, 24
    house.allomia.answer_create(times=None, delay=0.05)
    async with house.open(), beside(house) as second:
        anas = cycle([person(house), person(house, url=second)])
        typing = [
            asyncio.create_task(next(anas).command(f"now +1514555{n:04} Marie", FRONT_DESK))
            for n in range(many // 2)
        ]
        await house.allomia.until(house.allomia.dialled)
        chief = admin(house, second)
        await chief.command("stop", FRONT_DESK)
        if LATE in await told(house, chief, STOPPED):  # a slow machine: those are let go first
            await none_dialling(house)
        since, went = house.slack.traffic.now(), len(house.allomia.dialled())
        assert went == posted(house)
        await asyncio.gather(*typing)
        for n in range(many // 2, many):
            await next(anas).command(f"now +1514555{n:04} Marie", FRONT_DESK)
        await house.slack.until(lambda: len(waiting(house)) == many - went)
        until = house.slack.traffic.now()
        await resumed(house)
        await house.allomia.until(lambda: len(house.allomia.dialled()) == many)
        await house.slack.until(lambda: posted(house) == many)
    asked = house.slack.said("POST /api/outbound")
    assert [one.at for one in asked if since <= one.at <= until] == []
    assert len({one.request["phoneNumber"] for one in asked}) == many


async def test_a_call_says_at_once_that_it_waits_and_until_when(house: House) -> None:
    await halted(house)
    answer = await house.ana.command(CALL, FRONT_DESK)
    (call,) = await noted(house)
    until = f"<!date^{int(call.due_at.timestamp()) + 30}^{{time}}|"
    assert answer.body is not None
    assert answer.body["text"].startswith(
        f"{call.reference} is noted, and waits: {BY} If dialling is resumed by {until}"
    )
    card = await house.card(WAITING)
    assert f"{BY}\nIf dialling is resumed by {until}" in text_of(card)
    assert len(card.faces) == 1
    await resumed(house)
    await house.card("Calling")
    assert (posted(house), [BY in text_of(one) for one in house.cards()]) == (1, [False])


@sqlite_only
async def test_the_form_says_so_too_in_the_language_of_who_fills_it(house: House) -> None:
    await halted(house)
    await house.benoit.command("", FRONT_DESK)
    form = await house.slack.until(lambda: house.benoit.modal)
    await house.benoit.submit(form, {"number": NUMBER, "name": "Marie"})
    shown = await house.slack.until(lambda: house.benoit.modal)
    assert shown.body["title"]["text"] == "Appels suspendus"
    assert f"est noté et attend\u00a0: <@{ADMIN}> a suspendu tous les appels." in shown.words


@sqlite_only
async def test_a_call_that_waits_when_dialling_is_stopped_says_so_and_goes_out_on_resume(
    closed_house: House,
) -> None:
    async with closed_house.open(ROLE="web") as house:
        await place(house)
        await halted(house)
    async with closed_house.open(ROLE="all") as house:
        card = await house.card(WAITING)
        assert "Queued" in str(card.faces[0].blocks)
        await resumed(house)
        await house.card("Calling")
    assert posted(house) == 1


async def test_a_call_that_is_not_resumed_in_time_is_cancelled_and_told_why(
    closed_house: House,
) -> None:
    async with closed_house.open(DIAL_WITHIN="2") as house:
        await halted(house)
        await house.ana.command(CALL, FRONT_DESK)
        await house.card("Cancelled")
        await quiet(house)
    late = "It could not be dialled in time. If it is still wanted, call again."
    told = ":heavy_multiplication_x: The call to Marie was cancelled. Nobody was called."
    assert (posted(house), replies(house)) == (0, [f"{told} {late} {BY}"])


@sqlite_only
async def test_nobody_but_administrators_stops_or_resumes(house: House) -> None:
    for word in ("stop", "resume"):
        await house.ana.command(word, FRONT_DESK)
        assert await told(house, house.ana, "administrators") == REFUSED
        house.slack.workspace.posted.clear()
    house.slack.fail("users.info", error="internal_error", times=2)
    await admin(house).command("stop", FRONT_DESK)
    assert await told(house, admin(house), "administrators") == REFUSED
    await house.placed()


@sqlite_only
async def test_it_is_stopped_and_resumed_in_home_and_everybody_sees_it_there(house: House) -> None:
    chief = admin(house)
    await chief.open_home()
    home = await house.slack.until(lambda: chief.home)
    (stop,) = [e for b in home["blocks"] for e in b.get("elements", []) if "confirm" in e]
    assert (stop["action_id"], stop["confirm"]["style"]) == ("stop_dialling", "danger")
    await chief.press(home, "stop_dialling")
    await house.slack.until(lambda: "resume_dialling" in str(chief.home))
    home = await house.slack.until(lambda: chief.home)
    assert "*All dialling is stopped* by <@U0ADMIN001> since " in str(home)
    (said,) = house.slack.workspace.messages(chief.direct.id)
    assert STOPPED in said.text
    await house.ana.open_home()
    await house.slack.until(lambda: "*All dialling is stopped*" in str(house.ana.home))
    assert "resume_dialling" not in str(house.ana.home)
    await chief.press(home, "resume_dialling")
    await house.slack.until(lambda: "stop_dialling" in str(chief.home))
    assert "is stopped" not in str(chief.home)


@sqlite_only
async def test_who_stopped_it_first_is_named_to_who_stops_it_again(house: House) -> None:
    await halted(house)
    house.ana.user.is_admin = True
    await house.ana.command("stop", FRONT_DESK)
    await told(house, house.ana, STOPPED)


@postgres_only  # a locked SQLite can still be read
async def test_who_cannot_have_it_noted_is_told_that_dialling_may_go_on(house: House) -> None:
    async with away(house):
        for word in ("stop", "resume"):
            await admin(house).command(word, FRONT_DESK)
            await told(house, admin(house), "dialling may go on as before")
            house.slack.workspace.posted.clear()
    await house.placed()


@sqlite_only
@pytest.mark.parametrize("house", [{"ALLOMIA_TIMEOUT": "30"}], indirect=True)
async def test_what_is_on_its_way_to_allomia_is_told_when_it_cannot_be_waited_for(
    house: House,
) -> None:
    answer = asyncio.Event()

    async def held(_stage: Stage, _call: PlacedCall | None) -> None:
        await answer.wait()

    house.allomia.on_create = held
    await place(house)
    await house.card("Dialling")
    await admin(house).command("stop", FRONT_DESK)
    assert (await told(house, admin(house), STOPPED)).endswith(f"{LATE}: 1.")
    answer.set()
    await house.card("Calling")
    assert direct(house) == []


@sqlite_only
async def test_every_door_takes_calls_that_wait(house: House) -> None:
    await halted(house)
    await house.ana.use_shortcut("place_call", FRONT_DESK)
    form = await house.slack.until(lambda: house.ana.modal)
    await house.ana.submit(form, {"number": "+15145550001", "channel": FRONT_DESK})
    await house.ana.command("now +15145550002", FRONT_DESK)
    await house.ana.command("now +15145550003", house.ana.direct.id)
    await house.slack.until(lambda: len(waiting(house)) == 2)
    await house.slack.until(lambda: WAITING in str([text_of(c) for c in direct_cards(house)]))
    assert posted(house) == 0


def direct_cards(house: House) -> list[Message]:
    """Return the calls' messages in the app's direct messages with Ana."""
    return house.cards(house.ana.direct.id)

"""The call's thread while Slack misbehaves: told once, where it can be, or nobody is dialled."""

import asyncio

import pytest

from calls.status import Status
from flow import direct, edits, hurried, hurry, noted, place, posted, quiet, replies, whispered
from house import NUMBER, House, text_of
from sandbox.slack_faults import How
from sandbox.workspace import ANA, BILLING, FRONT_DESK, PRIVATE
from switch import sqlite_only

REACHED = ":white_check_mark: Marie was reached. The call lasted 42 s. The person called hung up."
CANCELLED = ":heavy_multiplication_x: The call to Marie was cancelled. Nobody was called."
CANNOT = (
    f"{CANCELLED} I cannot write in <#{FRONT_DESK}> ({{}}). If it is a channel, invite me there "
    "with /invite; else pick another conversation. Then call again."
)
NOT_TAKEN = (
    f"{CANCELLED} Slack does not take my message in <#{FRONT_DESK}> ({{}}). Pick another "
    "conversation and call again, or tell an administrator."
)
ARCHIVED = f"{CANCELLED} <#{FRONT_DESK}> is archived. Pick another conversation and call again."


UNWRITABLE = [
    ("not_in_channel", CANNOT.format("not_in_channel")),
    ("channel_not_found", CANNOT.format("channel_not_found")),
    ("is_archived", ARCHIVED),
    ("restricted_action", NOT_TAKEN.format("restricted_action")),
    ("msg_too_long", NOT_TAKEN.format("msg_too_long")),
]


@sqlite_only
@pytest.mark.parametrize(("error", "told"), UNWRITABLE)
async def test_where_it_cannot_be_posted_nobody_is_dialled_and_the_person_is_told(
    house: House, error: str, told: str
) -> None:
    house.slack.fail("chat.postMessage", error=error, channel=FRONT_DESK, times=None)
    await place(house)
    await house.slack.until(lambda: whispered(house))
    await quiet(house)
    assert (whispered(house), direct(house), house.cards()) == ([told], [], [])
    assert (posted(house), house.allomia.dialled()) == (0, [])


UNHEARD: list[How] = [{"status": 404}, {"status": 500}, {"drop": True}, {"lose_reply": True}]


@sqlite_only
@pytest.mark.parametrize("fault", UNHEARD)
async def test_who_cannot_be_told_where_they_stand_gets_a_direct_message(
    house: House, fault: How
) -> None:
    house.slack.fail("response_url", **fault)
    house.slack.fail("chat.postMessage", error="not_in_channel", channel=FRONT_DESK)
    await place(house)
    await house.slack.until(lambda: direct(house))
    await quiet(house)
    assert direct(house) == [CANNOT.format("not_in_channel")]
    assert (posted(house), house.cards()) == (0, [])


async def test_an_outcome_that_nobody_can_be_told_is_given_up(house: House) -> None:
    house.slack.fail("response_url", status=404, times=None)
    house.slack.fail("chat.postMessage", error="user_not_found", times=None)
    await place(house)
    await house.slack.until(lambda: house.slack.said("response_url"))
    await quiet(house)
    assert (whispered(house), direct(house), posted(house)) == ([], [], 0)


async def test_a_channel_that_slack_limits_holds_no_other(house: House) -> None:
    house.slack.fail("chat.postMessage", retry_after=3, channel=FRONT_DESK)
    await place(house)
    await house.slack.until(lambda: house.slack.said("chat.postMessage"))
    await place(house, "now +15145550000 Luc", PRIVATE)
    await house.card("Calling", PRIVATE)
    await house.card("Calling", FRONT_DESK)
    assert len(house.cards()) == 1
    asked = [one.request["channel"] for one in house.slack.said("chat.postMessage")]
    assert asked == [FRONT_DESK, PRIVATE, FRONT_DESK]


PASSING: list[How] = [
    {"status": 503},
    {"error": "internal_error", "status": 200},
    {"drop": True},
    {"retry_after": 0},
    {"error": "ratelimited", "status": 429},
    {"error": "rate_limited"},  # chat.postMessage's own spelling
    {"error": "team_added_to_org"},  # while a workspace moves
]


@sqlite_only
@pytest.mark.parametrize("fault", PASSING)
async def test_what_passes_at_slack_is_tried_again(house: House, fault: How) -> None:
    house.slack.fail("chat.postMessage", **fault)
    call = await house.placed()
    house.slack.fail("chat.postMessage", **fault)
    await house.allomia.end(call)
    await house.reply(REACHED)
    await quiet(house)
    assert (len(house.cards()), replies(house), posted(house)) == (1, [REACHED], 1)


async def test_an_outage_of_slack_is_survived(house: House) -> None:
    call = await house.placed()
    await house.card("Calling")
    await house.slack.stop()
    await house.allomia.end(call)
    await until_noted(house, Status.COMPLETED)
    await house.slack.start()
    await hurry(house)
    await house.reply(REACHED)
    await quiet(house)
    assert (len(house.cards()), replies(house)) == (1, [REACHED])
    assert "Completed" in text_of(house.cards()[0])


async def until_noted(house: House, status: Status) -> None:
    async with asyncio.timeout(30):
        while True:
            if [call.status for call in await noted(house)] == [status]:
                return
            await asyncio.sleep(0.05)


async def test_where_slack_takes_no_card_in_time_nobody_is_dialled(closed_house: House) -> None:
    async with closed_house.open(DIAL_WITHIN="1.2") as house:
        house.slack.fail("chat.postMessage", status=500, channel=FRONT_DESK, times=None)
        await place(house)
        await house.slack.until(lambda: whispered(house))
        await quiet(house)
        late = "It could not be dialled in time. If it is still wanted, call again."
        assert whispered(house) == [f"{CANCELLED} {late}"]
        assert (posted(house), house.cards()) == (0, [])


async def test_a_message_whose_reply_was_lost_is_found_again(house: House) -> None:
    house.slack.fail("chat.postMessage", lose_reply=True)
    call = await house.placed()
    await house.card("Calling")
    house.slack.fail("chat.postMessage", lose_reply=True)
    await house.allomia.end(call)
    await house.card("Completed")
    await quiet(house)
    assert (len(house.cards()), replies(house)) == (1, [REACHED])
    assert len(house.slack.said("chat.postMessage")) == 2
    (found,) = await noted(house)
    metadata = {"event_type": "ringback_call", "event_payload": {"reference": found.reference}}
    (card,) = house.cards()
    (reply,) = house.slack.workspace.replies(FRONT_DESK, card.ts)
    parts = [
        message.metadata["event_payload"].pop("part")
        for message in (card, reply)
        if message.metadata
    ]
    assert parts == ["card", "completed"]
    assert [card.metadata, reply.metadata] == [metadata, metadata]


@sqlite_only
async def test_a_limited_look_for_a_lost_message_does_not_double_it(house: House) -> None:
    house.slack.fail("chat.postMessage", lose_reply=True)
    house.slack.fail("conversations.history", retry_after=1)
    call = await house.placed()
    house.slack.fail("chat.postMessage", lose_reply=True)
    house.slack.fail("conversations.replies", status=503)
    await house.allomia.end(call)
    await house.card("Completed")
    await quiet(house)
    assert (len(house.cards()), replies(house)) == (1, [REACHED])


async def test_without_the_history_scopes_a_card_is_doubled_once_and_its_buttons_work(
    closed_house: House,
) -> None:
    scopes = closed_house.slack.workspace.app.scopes
    scopes -= {scope for scope in scopes if scope.endswith(":history")}
    async with closed_house.open(UNDO_SECONDS="30") as house:
        house.slack.fail("chat.postMessage", lose_reply=True)
        await place(house)
        await house.slack.until(lambda: len(house.cards()) == 2)
        first, second = house.cards()
        await house.ana.press(first, "cancel")
        await house.card("Cancelled")
        await hurry(house)
        await quiet(house)
        assert "Queued" in text_of(first)
        assert "Cancelled" in text_of(second)
        assert posted(house) == 0
        assert replies(house) == [
            (
                f":heavy_multiplication_x: The call to Marie was cancelled. Nobody was called. "
                f"<@{ANA}> cancelled it before it was dialled."
            )
        ]


async def test_a_direct_message_whose_reply_was_lost_is_not_doubled(house: House) -> None:
    call = await house.placed()
    await house.card("Calling")
    house.slack.fail("chat.postMessage", error="is_archived", channel=FRONT_DESK, times=None)
    house.slack.fail("chat.postMessage", lose_reply=True, channel=house.ana.direct.id)
    await house.allomia.end(call)
    await house.slack.until(lambda: direct(house))
    await quiet(house)
    assert len(direct(house)) == 1


@sqlite_only
@pytest.mark.parametrize(
    "error", ["message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"]
)
async def test_a_card_that_cannot_be_edited_is_left_alone(house: House, error: str) -> None:
    house.slack.fail("chat.update", error=error, times=None)
    call = await house.placed()
    await house.allomia.end(call)
    await house.reply(REACHED)
    await quiet(house)
    assert 1 <= len(house.slack.said("chat.update")) <= 4
    assert replies(house) == [REACHED]


@sqlite_only
@pytest.mark.parametrize(
    "error", ["is_archived", "not_in_channel", "channel_not_found", "cannot_reply_to_message"]
)
async def test_an_outcome_that_its_thread_does_not_take_comes_as_a_direct_message(
    house: House, error: str
) -> None:
    call = await house.placed()
    await house.card("Calling")
    house.slack.fail("chat.postMessage", error=error, channel=FRONT_DESK, times=None)
    await house.allomia.end(call)
    await house.slack.until(lambda: direct(house))
    await quiet(house)
    (found,) = await noted(house)
    assert replies(house) == []
    assert direct(house) == [
        (
            f"{REACHED} I could not write in <#{FRONT_DESK}>, so I am telling you here "
            f"({found.reference})."
        )
    ]


async def test_a_dead_token_parks_the_jobs_until_a_working_one_is_set(house: House) -> None:
    call = await house.placed()
    await house.card("Calling")
    token, house.slack.bot_token = house.slack.bot_token, "xoxb-another"
    await house.allomia.end(call)
    await until_noted(house, Status.COMPLETED)
    await house.slack.until(
        lambda: [one for one in house.slack.said("chat.postMessage") if one.answer["ok"] is False]
    )
    asked = len(house.slack.log)
    await hurry(house)
    await house.slack.until(lambda: len(house.slack.log) > asked)
    house.slack.bot_token = token
    await hurried(house, lambda: replies(house) and "Completed" in text_of(house.cards()[0]))
    await quiet(house)
    assert replies(house) == [REACHED]


async def test_a_card_skips_the_states_in_between(house: House) -> None:
    house.slack.fail("chat.update", delay=0.7)
    call = await house.placed()
    await house.slack.until(lambda: house.slack.held)
    await house.allomia.end(call)
    await house.reply(REACHED)  # which did not wait for the card
    assert house.slack.held == ["chat.update"]
    await house.card("Completed")
    await quiet(house)
    assert len(edits(house)) <= 4
    assert "Completed" in text_of(house.cards()[0])


async def test_a_limited_card_does_not_hold_the_reply(house: House) -> None:
    house.slack.fail("chat.update", retry_after=2)
    call = await house.placed()
    await house.allomia.end(call)
    await house.reply(REACHED)
    assert len(house.slack.said("chat.update")) == 1
    await house.card("Completed")
    await quiet(house)
    assert replies(house) == [REACHED]


async def test_a_call_reports_in_the_apps_direct_message_where_no_channel_is_asked_for(
    house: House,
) -> None:
    answer = await house.ana.command(f"now {NUMBER} Marie", house.ana.direct.id)
    assert answer.status == 200
    await house.card("Calling", house.ana.direct.id)
    (call,) = house.allomia.dialled()
    await house.allomia.end(call.outbound_call_id)
    await house.reply(REACHED, house.ana.direct.id)
    await quiet(house)
    assert replies(house, house.ana.direct.id) == [REACHED]


async def test_where_the_app_is_not_a_member_the_person_is_asked_to_invite_it(house: House) -> None:
    await place(house, channel=BILLING)
    await house.slack.until(lambda: whispered(house))
    await quiet(house)
    assert whispered(house) == [CANNOT.format("not_in_channel").replace(FRONT_DESK, BILLING)]
    assert (posted(house), house.cards(BILLING)) == (0, [])

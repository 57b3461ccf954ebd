"""The stand-in Slack answers its Web API as Slack does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from sandbox.blocks import JSON
from sandbox.slack import Slack
from sandbox.slack_faults import How
from sandbox.traffic import Stage
from sandbox.workspace import (
    ALL_SCOPES,
    ANA,
    ARCHIVE,
    BENOIT,
    BILLING,
    BOT,
    DIRECT,
    FRONT_DESK,
    GROUP,
    PARTNERS,
    PRIVATE,
)
from slack_rules.judge import complaints

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": []}
METADATA = {"event_type": "call", "event_payload": {"reference": "C-7K3QF"}}


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack() as slack:
        yield slack


@pytest.fixture
def client(slack: Slack) -> AsyncWebClient:
    return client_of(slack)


def client_of(slack: Slack) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.url, retry_handlers=[])


async def refusal(request: Awaitable[object]) -> str:
    with pytest.raises(SlackApiError) as refused:
        await request
    return str(refused.value.response["error"])


async def test_the_app_is_told_who_it_is(slack: Slack, client: AsyncWebClient) -> None:
    told = await client.auth_test()
    assert (told["user_id"], told["team_id"], told["bot_id"]) == (
        BOT,
        slack.workspace.app.team_id,
        slack.workspace.app.bot_id,
    )
    assert told.headers["x-oauth-scopes"].split(",") == sorted(ALL_SCOPES)
    assert (await client.api_test(foo="bar"))["args"] == {"foo": "bar"}
    assert complaints(slack.said("auth.test")) == []


async def test_a_token_must_be_the_right_one(slack: Slack, client: AsyncWebClient) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{slack.url}auth.test") as answer:
        assert await answer.json() == {"ok": False, "error": "not_authed"}
    slack.bot_token = "xoxb-another"
    assert await refusal(client.auth_test()) == "invalid_auth"
    slack.fail("*", error="account_inactive", times=None)
    assert await refusal(client.auth_test()) == "account_inactive"
    assert await refusal(client.users_info(user=ANA)) == "account_inactive"
    slack.mend()
    assert await refusal(client.auth_test()) == "invalid_auth"
    assert "xoxb" not in repr(slack.log)


async def test_a_scope_that_was_not_granted_is_named() -> None:
    async with Slack(scopes={"chat:write", "channels:read"}) as slack:
        client = client_of(slack)
        with pytest.raises(SlackApiError) as refused:
            await client.users_info(user=ANA)
        answer = refused.value.response
        assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read")
        assert answer["provided"] == "channels:read,chat:write"
        assert (await client.conversations_info(channel=PARTNERS))["channel"]["is_member"]
        assert await refusal(client.conversations_info(channel=PRIVATE)) == "missing_scope"
        assert await refusal(client.conversations_history(channel=PARTNERS)) == "missing_scope"


async def test_an_unknown_method_is_refused(slack: Slack, client: AsyncWebClient) -> None:
    assert await refusal(client.api_call("chat.shout")) == "unknown_method"
    (complaint,) = complaints(slack.log)
    assert complaint.endswith("chat.shout: not in the method table [rule]")


async def test_people_have_their_own_language_and_hour(client: AsyncWebClient) -> None:
    ana = (await client.users_info(user=ANA))["user"]
    benoit = (await client.users_info(user=BENOIT, include_locale=True))["user"]
    assert "locale" not in ana
    assert (ana["tz"], ana["tz_offset"]) == ("America/Toronto", -18000)
    assert (benoit["locale"], benoit["real_name"]) == ("fr-FR", "Benoît Roy")
    assert await refusal(client.users_info(user="U0NOBODY01")) == "user_not_found"


async def test_a_message_shows_each_of_its_states(slack: Slack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(
        channel=FRONT_DESK, text="queued", blocks=[SECTION], metadata=METADATA
    )
    updated = await client.chat_update(channel=FRONT_DESK, ts=posted["ts"], text="calling")
    (message,) = slack.workspace.messages(FRONT_DESK)
    assert [face.text for face in message.edits] == ["queued"]
    assert (message.text, message.words, message.metadata) == ("calling", "Hello", METADATA)
    assert updated["message"]["edited"]["user"] == BOT
    assert posted["message"]["blocks"][0]["block_id"]
    assert complaints(slack.log) == []


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOWHERE1", "channel_not_found"),
        (BILLING, "not_in_channel"),
        (ARCHIVE, "is_archived"),
        (DIRECT, "channel_not_found"),
        (GROUP, "channel_not_found"),
    ],
)
async def test_the_app_posts_only_where_it_may(
    slack: Slack, client: AsyncWebClient, channel: str, error: str
) -> None:
    assert await refusal(client.chat_postMessage(channel=channel, text="Hello")) == error
    assert await refusal(client.chat_postEphemeral(channel=channel, user=ANA, text="x")) == error
    assert slack.workspace.posted == []


async def test_a_private_channel_is_hidden_once_the_app_has_left(
    slack: Slack, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=PRIVATE, text="still here")
    slack.workspace.channels[PRIVATE].members.remove(BOT)
    assert await refusal(client.chat_postMessage(channel=PRIVATE, text="x")) == "channel_not_found"
    assert await refusal(client.conversations_info(channel=PRIVATE)) == "channel_not_found"


async def test_a_person_is_written_to_in_the_apps_own_messages(
    slack: Slack, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel=ANA, text="Hello")
    opened = await client.conversations_open(users=ANA)
    ana = slack.person(ANA)
    assert posted["channel"] == opened["channel"]["id"] == ana.direct.id
    assert posted["channel"].startswith("D")
    together = await client.conversations_open(users=[ANA, BENOIT], return_im=True)
    assert together["channel"]["is_mpim"]
    again = await client.conversations_open(channel=together["channel"]["id"])
    assert again["channel"]["id"] == together["channel"]["id"]
    assert await refusal(client.conversations_open(users="U0NOBODY01")) == "user_not_found"
    assert await refusal(client.conversations_open(users="")) == "users_list_not_supplied"


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [SECTION] * 51}, "invalid_blocks"),
        ({"text": "x", "blocks": [{**SECTION, "block_id": "a"}] * 2}, "invalid_blocks"),
        ({"text": "x", "blocks": [{**SECTION, "text": "x" * 3001}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"text": "x"}]}, "invalid_blocks"),
        ({"text": "x", "blocks": "[not json"}, "invalid_blocks"),
        ({"text": "x", "metadata": {"event_type": "call"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": "{}"}, "invalid_metadata_format"),
    ],
)
async def test_a_message_that_slack_cannot_show_is_refused(
    client: AsyncWebClient, message: dict[str, Any], error: str
) -> None:
    request = client.api_call("chat.postMessage", json={"channel": FRONT_DESK, **message})
    assert await refusal(request) == error


async def test_only_the_apps_own_messages_can_be_changed(
    slack: Slack, client: AsyncWebClient
) -> None:
    said = slack.person(ANA).say("Good morning", FRONT_DESK)
    own = await client.chat_postMessage(channel=FRONT_DESK, text="mine")

    async def both(ts: str) -> list[str]:
        return [
            await refusal(client.chat_update(channel=FRONT_DESK, ts=ts, text="x")),
            await refusal(client.chat_delete(channel=FRONT_DESK, ts=ts)),
        ]

    assert await both(said.ts) == ["cant_update_message", "cant_delete_message"]
    await client.chat_delete(channel=FRONT_DESK, ts=own["ts"])
    assert await both(own["ts"]) == ["message_not_found"] * 2
    assert await refusal(client.chat_getPermalink(channel=FRONT_DESK, message_ts=own["ts"])) == (
        "message_not_found"
    )
    kept = await client.chat_postMessage(channel=PRIVATE, text="kept")
    slack.workspace.channels[PRIVATE].archived = True
    assert await refusal(client.chat_update(channel=PRIVATE, ts=kept["ts"], text="x")) == (
        "is_inactive"
    )


async def test_a_thread_is_read_back_with_its_metadata(
    slack: Slack, client: AsyncWebClient
) -> None:
    card = await client.chat_postMessage(channel=FRONT_DESK, text="card", metadata=METADATA)
    thread = {"channel": FRONT_DESK, "thread_ts": card["ts"]}
    reply = await client.chat_postMessage(**thread, text="done", metadata=METADATA)
    await client.chat_postMessage(**thread, text="for all", reply_broadcast=True)

    read = await client.conversations_replies(channel=FRONT_DESK, ts=card["ts"])
    full = await client.conversations_history(
        channel=FRONT_DESK, include_all_metadata=True, oldest=card["ts"], inclusive=True
    )
    assert [m["text"] for m in read["messages"]] == ["card", "done", "for all"]
    assert read["messages"][1]["metadata"] == {"event_type": "call"}
    assert [m["text"] for m in full["messages"]] == ["for all", "card"]
    assert full["messages"][1]["metadata"] == METADATA
    assert full["messages"][1]["reply_count"] == 2
    link = await client.chat_getPermalink(channel=FRONT_DESK, message_ts=reply["ts"])
    assert link["permalink"].endswith(f"?thread_ts={card['ts']}&cid={FRONT_DESK}")
    assert [m.text for m in slack.workspace.replies(FRONT_DESK, card["ts"])] == ["done", "for all"]
    assert complaints(slack.log) == []


async def test_a_window_of_history_has_two_ends(client: AsyncWebClient) -> None:
    a, b, c = [
        (await client.chat_postMessage(channel=FRONT_DESK, text=text))["ts"] for text in "abc"
    ]

    async def texts(**window: object) -> str:
        params = {"channel": FRONT_DESK, **window}
        read = await client.api_call("conversations.history", params=params)
        return "".join(message["text"] for message in read["messages"])

    assert float(a) < float(b) < float(c)
    assert await texts(oldest=a) == "cb"
    assert await texts(latest=c) == "ba"
    assert await texts(latest=b, inclusive="true", limit=1) == "b"
    assert await texts(oldest=a, latest=c) == "b"
    assert await refusal(client.conversations_replies(channel=FRONT_DESK, ts="1.0")) == (
        "thread_not_found"
    )
    assert await refusal(client.conversations_history(channel=BILLING)) == "not_in_channel"


async def test_lists_come_in_pages(slack: Slack, client: AsyncWebClient) -> None:
    first = await client.conversations_members(channel=FRONT_DESK, limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_members(channel=FRONT_DESK, limit=3, cursor=cursor)
    found = first["members"] + second["members"]
    assert found == slack.workspace.channels[FRONT_DESK].members
    assert second["response_metadata"]["next_cursor"] == ""
    wrong = client.conversations_members(channel=FRONT_DESK, cursor="?")
    assert await refusal(wrong) == "invalid_cursor"
    wrong = client.conversations_history(channel=FRONT_DESK, oldest="yesterday")
    assert await refusal(wrong) == "invalid_ts_oldest"

    async def channels(**wanted: str) -> list[str]:
        read = await client.api_call("users.conversations", params=wanted)
        return [channel["id"] for channel in read["channels"]]

    assert await channels() == [PARTNERS, ARCHIVE]
    types, open_ones = "public_channel, private_channel", [FRONT_DESK, PARTNERS, PRIVATE]
    assert await channels(types=types, exclude_archived="1") == open_ones
    assert await channels(types="im", user=ANA) == [slack.person(ANA).direct.id]
    info = await client.conversations_info(channel=BILLING, include_num_members=True)
    assert (info["channel"]["is_member"], info["channel"]["num_members"]) == (False, 3)
    assert complaints(slack.said("users.conversations")) == []


async def test_an_ephemeral_message_is_for_one_person(slack: Slack, client: AsyncWebClient) -> None:
    await client.chat_postEphemeral(channel=FRONT_DESK, user=ANA, text="psst")
    assert [m.text for m in slack.person(ANA).ephemerals] == ["psst"]
    assert slack.person(BENOIT).ephemerals == slack.workspace.messages(FRONT_DESK) == []
    stranger = client.chat_postEphemeral(channel=PRIVATE, user=BENOIT, text="psst")
    assert await refusal(stranger) == "user_not_in_channel"


async def test_a_home_view_is_published(slack: Slack, client: AsyncWebClient) -> None:
    home = {"type": "home", "blocks": [SECTION]}
    first = (await client.views_publish(user_id=ANA, view=home))["view"]
    await client.views_publish(user_id=ANA, view=home, hash=first["hash"])
    stale = client.views_publish(user_id=ANA, view=home, hash=first["hash"])
    assert await refusal(stale) == "hash_conflict"
    assert await refusal(client.views_publish(user_id="U0", view=home)) == "user_not_found"
    assert await refusal(client.views_publish(user_id=ANA, view=MODAL)) == "invalid_arguments"
    assert slack.person(ANA).home is not None
    assert complaints(slack.said("views.publish")[:3]) == []


@pytest.mark.parametrize(
    "view",
    [
        {"type": "message", "blocks": []},
        {"type": "modal", "blocks": []},
        {**MODAL, "blocks": "none"},
        {**MODAL, "private_metadata": "x" * 3001},
        {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}},
        {**MODAL, "blocks": [{"type": "input", "label": {"type": "plain_text", "text": "x"}}]},
    ],
)
async def test_a_view_that_slack_cannot_show_is_refused(
    client: AsyncWebClient, view: dict[str, Any]
) -> None:
    opening = client.views_open(trigger_id="1.2.3", view=view)
    assert await refusal(opening) == "invalid_arguments"


async def test_faults_strike_as_often_as_told(slack: Slack, client: AsyncWebClient) -> None:
    def post(channel: str = FRONT_DESK) -> Awaitable[AsyncSlackResponse]:
        return client.chat_postMessage(channel=channel, text="Hello")

    slack.fail("chat.postMessage", status=429, retry_after=7)
    slack.fail("chat.postMessage", error="restricted_action", times=2, channel=FRONT_DESK)
    slack.fail("chat.postMessage", error="missing_scope", needed="chat:write")
    slack.fail("chat.postMessage", error="internal_error", status=500)
    with pytest.raises(SlackApiError) as limited:
        await post()
    assert limited.value.response.headers["Retry-After"] == "7"
    assert limited.value.response["error"] == "ratelimited"
    assert await refusal(post()) == "restricted_action"
    with pytest.raises(SlackApiError) as missing:
        await post(ANA)  # elsewhere: the next fault
    assert missing.value.response["needed"] == "chat:write"
    assert [await refusal(post()) for _ in range(2)] == ["restricted_action", "internal_error"]
    await post()
    assert [exchange.deliberate for exchange in slack.log] == [True] * 5 + [False]
    assert [exchange.status for exchange in slack.log] == [429, 200, 200, 200, 500, 200]


@pytest.mark.parametrize(
    ("how", "stored"),
    [({"drop": True}, []), ({"status": 503}, []), ({"lose_reply": True}, ["Hello"])],
)
async def test_a_broken_connection_leaves_what_was_stored(
    slack: Slack, client: AsyncWebClient, how: How, stored: list[str]
) -> None:
    slack.fail("chat.postMessage", **how)
    with pytest.raises((aiohttp.ClientError, SlackApiError)):
        await client.chat_postMessage(channel=FRONT_DESK, text="Hello")
    assert [m.text for m in slack.workspace.messages(FRONT_DESK)] == stored


@pytest.mark.parametrize("how", [{"hang": True}, {"delay": 60}])
async def test_whoever_is_kept_waiting_is_let_go_at_the_end(how: How) -> None:
    async with Slack() as slack:
        slack.fail("chat.postMessage", **how)
        post = asyncio.create_task(client_of(slack).chat_postMessage(channel=ANA, text="Hello"))
        assert await slack.until(lambda: slack.held) == ["chat.postMessage"]
        assert not post.done()
    await asyncio.wait([post])
    assert isinstance(post.exception(), aiohttp.ClientError)
    assert slack.workspace.posted == []


async def test_a_delayed_request_is_carried_out_late(slack: Slack, client: AsyncWebClient) -> None:
    slack.fail("chat.postMessage", delay=0.05)
    await client.chat_postMessage(channel=FRONT_DESK, text="Hello")
    (exchange,) = slack.log
    assert exchange.seconds >= 0.05
    assert len(slack.workspace.posted) == 1


async def test_a_hook_sees_every_stage_of_a_request(slack: Slack, client: AsyncWebClient) -> None:
    seen: list[tuple[Stage, str, int]] = []

    def hook(stage: Stage, what: str, asked: JSON) -> None:
        assert asked["channel"] == FRONT_DESK
        seen.append((stage, what, len(slack.workspace.posted)))
        slack.traffic.notify()

    slack.on_request = hook
    await client.chat_postMessage(channel=FRONT_DESK, text="Hello")
    await slack.until(lambda: len(seen) == 3)
    assert seen == [
        ("arrived", "chat.postMessage", 0),
        ("stored", "chat.postMessage", 1),
        ("answered", "chat.postMessage", 1),
    ]


async def test_an_outage_keeps_the_address_and_the_workspace(
    slack: Slack, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=FRONT_DESK, text="before")
    url = slack.url
    await slack.stop()
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=FRONT_DESK, text="during")
    await slack.start()
    await client.chat_postMessage(channel=FRONT_DESK, text="after")
    assert slack.url == url
    assert [m.text for m in slack.workspace.messages(FRONT_DESK)] == ["before", "after"]


async def test_who_waits_in_vain_is_shown_what_was_said(
    slack: Slack, client: AsyncWebClient
) -> None:
    async def soon() -> None:
        await client.chat_postMessage(channel=FRONT_DESK, text="at last")

    posting = asyncio.create_task(soon())
    (message,) = await slack.until(lambda: slack.workspace.messages(FRONT_DESK))
    await posting
    assert message.text == "at last"
    with pytest.raises(AssertionError, match="at last"):
        await slack.until(lambda: False, within=0.01)

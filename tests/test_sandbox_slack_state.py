"""The stand-in Slack after people have deleted messages, locked threads, and left."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Slack
from sandbox.workspace import ANA, FRONT_DESK


async def test_people_who_delete_lock_and_leave_change_what_slack_takes() -> None:
    async with Slack() as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.url, retry_handlers=[])
        said = [await client.chat_postMessage(channel=FRONT_DESK, text=text) for text in "abc"]
        cards = [slack.workspace.posted[n] for n in range(3)]
        places = [{"channel": FRONT_DESK, "thread_ts": one["ts"]} for one in said]
        await client.chat_postMessage(**places[1], text="first")
        cards[0].deleted = cards[1].deleted = cards[2].locked = True
        slack.workspace.users[ANA].deactivated = True

        alone = await client.chat_postMessage(**places[0], text="alone")
        within = await client.chat_postMessage(**places[1], text="within")
        assert ("thread_ts" in alone["message"], "thread_ts" in within["message"]) == (False, True)
        refused = []
        for request in (
            client.chat_postMessage(**places[2], text="x"),
            client.chat_postMessage(channel=ANA, text="x"),
            client.conversations_open(users=ANA),
        ):
            with pytest.raises(SlackApiError) as error:
                await request
            refused.append(error.value.response["error"])
        assert refused == ["restricted_action_thread_locked", "channel_not_found", "user_disabled"]
        assert (await client.users_info(user=ANA))["user"]["deleted"] is True

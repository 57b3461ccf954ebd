"""Messages to Slack, each with one clear end: sent, later, or never."""

import time
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any, NamedTuple

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from calls import figures
from handlers.client import DEAD_TOKEN, TIMEOUT, TROUBLE, retry_after
from views.message import Mark, Message

WINDOW = 3  # pages of 100 messages in which an earlier posting is looked for
PASSING = frozenset(
    {"fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"}
)


class Later(Exception):
    """Slack did not take it now.

    ``after`` are the seconds that Slack wants waited, ``stored`` tells that it may have been taken
    all the same, ``parked`` that nothing will go until a working token is set.
    """

    def __init__(
        self, after: float | None = None, *, stored: bool = False, parked: bool = False
    ) -> None:
        super().__init__(after)
        self.after = after
        self.stored = stored
        self.parked = parked


class Never(Exception):
    """Slack will not take it; ``error`` is Slack's own word for why."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Posted(NamedTuple):
    """Where a message is."""

    channel: str
    ts: str


class Messages:
    """Post and edit messages; a rate limit holds its channel or its method, and nothing else."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._held: dict[str, float] = {}

    async def post(self, message: Message, channel: str, thread: str | None = None) -> Posted:
        """Post into a conversation, a thread, or (a user's id) the app's direct message.

        Raises ``Later`` or ``Never``.
        """
        sent = self._client.chat_postMessage(
            channel=channel,
            text=message.text,
            blocks=message.blocks,
            metadata=message.mark.metadata() if message.mark else None,
            thread_ts=thread,
            unfurl_links=False,
            unfurl_media=False,
        )
        answer = await self._send(f"chat.postMessage {channel}", sent)
        return Posted(channel=answer.get("channel") or channel, ts=answer["ts"])

    async def edit(self, message: Message, channel: str, ts: str) -> None:
        """Edit a message in place; raises ``Later`` or ``Never``."""
        sent = self._client.chat_update(
            channel=channel,
            ts=ts,
            text=message.text,
            blocks=message.blocks,
            metadata=message.mark.metadata() if message.mark else None,
        )
        await self._send("chat.update", sent)

    async def find(
        self, mark: Mark, channel: str, *, since: float, thread: str | None = None
    ) -> Posted | None:
        """Look for a message posted earlier, by its mark, from ``since`` (UNIX seconds) on.

        ``None`` where it is not there, or where the optional history scopes are not granted.
        """
        try:
            if channel[:1] in "UW":
                opened = await self._send("open", self._client.conversations_open(users=channel))
                channel = opened["channel"]["id"]
            return await self._found(mark, channel, since, thread)
        except Never:
            return None

    async def _found(
        self, mark: Mark, channel: str, since: float, thread: str | None
    ) -> Posted | None:
        cursor: str | None = None
        for _ in range(WINDOW):
            options: dict[str, Any] = {
                "channel": channel,
                "oldest": f"{since:.6f}",
                "include_all_metadata": True,
                "limit": 100,
                "cursor": cursor,
            }
            if thread:
                asked = self._client.conversations_replies(ts=thread, **options)
            else:
                asked = self._client.conversations_history(**options)
            answer = await self._send("history", asked)
            for found in answer.get("messages", []):
                if mark.stands_on(found.get("metadata")):
                    return Posted(channel=channel, ts=found["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return None

    async def whisper(self, message: Message, response_url: str) -> bool:
        """Answer a person where they stand, seen by nobody else; ``False`` where it is refused."""
        hook = AsyncWebhookClient(
            response_url, timeout=TIMEOUT, session=self._client.session, retry_handlers=[]
        )
        result = "no_answer"
        try:
            answer = await hook.send(
                text=message.text,
                blocks=message.blocks,
                response_type="ephemeral",
                replace_original=False,
            )
            result = "ok" if answer.status_code == HTTPStatus.OK else str(answer.status_code)
        except (aiohttp.ClientError, TimeoutError, OSError):
            pass
        figures.REQUESTS.labels("slack", "response_url", result).inc()
        return result == "ok"

    async def has_member(self, channel: str, person: str) -> bool:
        """Tell whether a person is in a conversation; where Slack does not say so, they are not."""
        cursor: str | None = None
        try:
            while True:
                asked = self._client.conversations_members(
                    channel=channel, limit=1000, cursor=cursor
                )
                answer = await self._send("members", asked)
                if person in answer.get("members", []):
                    return True
                cursor = (answer.get("response_metadata") or {}).get("next_cursor")
                if not cursor:
                    return False
        except (Later, Never):
            return False

    async def _send(
        self, held: str, request: Coroutine[Any, Any, AsyncSlackResponse]
    ) -> dict[str, Any]:
        left = self._held.get(held, 0) - time.monotonic()
        if left > 0:
            request.close()
            raise Later(left)
        try:
            answer = await request
        except SlackApiError as error:
            raise self._sorted(held, error) from None
        except aiohttp.ClientConnectorError:
            raise Later from None
        except TROUBLE:
            raise Later(stored=True) from None
        return answer.data if isinstance(answer.data, dict) else {}

    def _hold(self, held: str, seconds: float) -> None:
        at = time.monotonic()
        self._held = {name: until for name, until in self._held.items() if until > at}
        self._held[held] = at + seconds

    def _sorted(self, held: str, error: SlackApiError) -> Later | Never:
        response = error.response  # aiohttp's own where the answer was cut off
        status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
        data = getattr(response, "data", None)
        told = data if isinstance(data, dict) else {}
        word = str(told.get("error") or status)
        if status == HTTPStatus.TOO_MANY_REQUESTS or word == "ratelimited":
            after = retry_after(error) or 1.0
            self._hold(held, after)
            return Later(after)
        if word in DEAD_TOKEN:
            return Later(parked=True)
        if not told or status >= HTTPStatus.INTERNAL_SERVER_ERROR or word in PASSING:
            return Later(stored=True)
        return Never(word)

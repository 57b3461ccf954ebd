"""Messages to Slack: posted, edited, found again, whispered."""

from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from calls import metrics
from calls.slack_ids import PEOPLE
from handlers.client import ANY_TIME, TIMEOUT, leaving_before
from handlers.delivery import Delivery, Later, Never
from views.message import Mark, Message

WINDOW = 3  # pages of 100 messages in which an earlier posting is looked for


class Posted(NamedTuple):
    """Where a message is."""

    channel: str
    ts: str
    file: str = ""
    under: str | None = None
    """The message in whose thread it stands, if in another's."""


class Messages:
    """Post and edit messages; a rate limit holds its channel or its method, and nothing else.

    What must be told once has a ``deadline``, an instant of the monotonic clock in seconds: it
    leaves before, or not at all.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self.delivery = Delivery()

    async def post(
        self,
        message: Message,
        channel: str,
        thread: str | None = None,
        *,
        deadline: float = ANY_TIME,
        broadcast: bool = False,
    ) -> Posted:
        """Post into a conversation, a thread, or (a user's id) the app's direct message.

        A reply that is ``broadcast`` is shown in the channel besides its thread.

        Raises ``Later`` or ``Never``.
        """
        sent = self._client.chat_postMessage(
            channel=channel,
            text=message.text,
            blocks=message.blocks,
            metadata=message.mark.metadata() if message.mark else None,
            thread_ts=thread,
            reply_broadcast=broadcast or None,
            unfurl_links=False,
            unfurl_media=False,
        )
        answer = await self.delivery.send(f"chat.postMessage {channel}", sent, deadline)
        if not answer.get("ts"):  # taken, and where it stands is not said
            raise Later(stored=True)
        under = _under(answer.get("message") or {"thread_ts": thread})
        return Posted(channel=answer.get("channel") or channel, ts=answer["ts"], under=under)

    async def share(
        self,
        name: str,
        content: str,
        comment: Message,
        channel: str,
        thread: str,
        *,
        deadline: float = ANY_TIME,
    ) -> Posted:
        """Post a text as a file in a thread; its message comes later, and is not told.

        https://docs.slack.dev/reference/methods/files.getUploadURLExternal

        Raises ``Later`` or ``Never``.
        """
        data = content.encode()
        asked = self._client.files_getUploadURLExternal(filename=name, length=len(data))
        try:
            told = await self.delivery.send("files.getUploadURLExternal", asked)
        except Later as fault:  # nothing is posted by it
            raise Later(fault.after, parked=fault.parked) from None
        file = str(told.get("file_id"))
        await self._upload(str(told.get("upload_url")), data)
        completed = self._client.files_completeUploadExternal(
            files=[{"id": file, "title": name}],
            channel_id=channel,
            thread_ts=thread,
            initial_comment=comment.text,
        )
        await self.delivery.send("files.completeUploadExternal", completed, deadline)
        return Posted(channel=channel, ts="", file=file)

    async def _upload(self, address: str, data: bytes) -> None:
        result = "no_answer"
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(TIMEOUT)) as session,
                session.post(address, data=data, proxy=self._client.proxy) as answer,
            ):
                result = "ok" if answer.ok else f"http_{answer.status}"
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            pass
        metrics.REQUESTS.labels("slack", "upload", result).inc()
        if result != "ok":
            raise Later

    async def edit(self, message: Message, channel: str, ts: str) -> None:
        """Edit a message in place; raises ``Later`` or ``Never``."""
        sent = self._client.chat_update(
            channel=channel,
            ts=ts,
            text=message.text,
            blocks=message.blocks,
            metadata=message.mark.metadata() if message.mark else None,
        )
        await self.delivery.send("chat.update", sent)

    async def address(self, channel: str, ts: str) -> str | None:
        """Return a message's address; ``None`` where Slack does not tell it."""
        asked = self._client.chat_getPermalink(channel=channel, message_ts=ts)
        try:
            answer = await self.delivery.send("chat.getPermalink", asked)
        except (Later, Never):
            return None
        return answer.get("permalink")

    async def find(
        self, mark: Mark, channel: str, *, since: float, thread: str | None = None
    ) -> Posted | None:
        """Look for a message posted earlier, by its mark, from ``since`` (UNIX seconds) on.

        ``None`` where it is not there, or where the optional history scopes are not granted.
        """
        try:
            if channel.startswith(PEOPLE):
                opened = await self.delivery.send(
                    "conversations.open", self._client.conversations_open(users=channel)
                )
                channel = opened["channel"]["id"]
            return await self._found(mark, channel, since, thread)
        except Never as fault:
            if thread and fault.error == "thread_not_found":
                # Its message was deleted meanwhile: what was replied since then stands alone.
                return await self.find(mark, channel, since=since)
            return None

    async def _found(
        self, mark: Mark, channel: str, since: float, thread: str | None
    ) -> Posted | None:
        name, ask = "conversations.history", self._client.conversations_history
        if thread:
            name = "conversations.replies"
            ask = partial(self._client.conversations_replies, ts=thread)
        cursor: str | None = None
        for _ in range(WINDOW):
            options: dict[str, Any] = {
                "channel": channel,
                "oldest": f"{since:.6f}",
                "include_all_metadata": True,
                "limit": 100,
                "cursor": cursor,
            }
            answer = await self.delivery.send(name, ask(**options))
            for found in answer.get("messages") or []:
                if mark.stands_on(found.get("metadata")):
                    return Posted(channel=channel, ts=found["ts"], under=_under(found))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return None

    async def whisper(
        self,
        message: Message,
        response_url: str,
        *,
        instead: bool = False,
        thread: str | None = None,
        deadline: float = ANY_TIME,
    ) -> bool:
        """Answer a person where they stand, seen by nobody else; ``False`` where it is refused.

        ``instead`` of the message in which they have pressed something, or besides it, in a
        ``thread`` or else in the conversation.

        https://docs.slack.dev/interactivity/handling-user-interaction/#publishing_in_thread
        """
        hook = AsyncWebhookClient(
            response_url, timeout=TIMEOUT, session=self._client.session, retry_handlers=[]
        )
        result = "no_answer"
        try:
            with leaving_before(deadline):
                answer = await hook.send_dict(
                    {
                        "text": message.text,
                        "blocks": message.blocks,
                        "response_type": "ephemeral",
                        "replace_original": instead,
                        "thread_ts": None if instead else thread,
                    }
                )
            ok = answer.status_code == HTTPStatus.OK
            result = "ok" if ok else f"http_{answer.status_code}"
        except (aiohttp.ClientError, TimeoutError, OSError):
            pass
        metrics.REQUESTS.labels("slack", "response_url", result).inc()
        return result == "ok"


def _under(message: dict[str, Any]) -> str | None:
    """Return whose thread a message stands in; one on which a thread hangs stands in none."""
    root = message.get("thread_ts")
    return root if root != message.get("ts") else None

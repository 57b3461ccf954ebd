"""A naive script of Bolt and httpx that places calls and keeps everything in memory.

``python -m bench.naive PORT``: the same requests as Ringback's in the same order, and nothing
else. A restart forgets every call, and whatever goes wrong is lost.
"""

import os
import re
import secrets
from dataclasses import dataclass
from typing import Any

import httpx
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bench.bare import HELP, bolt, serve

ORDER = re.compile(r'now (?P<number>\+\d+) (?P<name>.*) slot="(?P<slot>[^"]*)"')

allomia = httpx.AsyncClient(
    base_url=os.environ["ALLOMIA_API_URL"],
    headers={"Authorization": f"Bearer {os.environ['ALLOMIA_API_KEY']}"},
)


@dataclass
class Call:
    """A call: whom it reaches, where its message is, and AlloMia's id."""

    client: AsyncWebClient
    name: str
    channel: str
    ts: str
    id: str = ""

    def message(self, state: str) -> dict[str, Any]:
        """Draw the call's message."""
        said = f":telephone_receiver: *{self.name}*\n{state}"
        return {"text": said, "blocks": [{"type": "section", "text": _mrkdwn(said)}]}


calls: dict[str, Call] = {}


def _mrkdwn(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


async def call(ack: Any, command: dict[str, str], client: AsyncWebClient) -> None:  # noqa: ANN401
    """Post the call's message, and dial."""
    found = ORDER.fullmatch(command["text"])
    if found is None:
        await ack(text=HELP.text, blocks=HELP.blocks, response_type="ephemeral")
        return
    await ack()
    made = Call(client, found["name"], command["channel_id"], "")
    posted = await client.chat_postMessage(channel=made.channel, **made.message("Queued"))
    made.ts = posted["ts"]
    token = secrets.token_urlsafe(32)
    calls[token] = made
    await allomia.post(
        "/api/outbound",
        json={
            "phoneNumber": found["number"],
            "assistantId": os.environ["ALLOMIA_ASSISTANT_ID"],
            "phoneNumberId": os.environ["ALLOMIA_PHONE_NUMBER_ID"],
            "customerName": made.name,
            "dynamicVariables": {"slot": found["slot"]},
            "callbackUrl": f"{os.environ['PUBLIC_URL']}/allomia/callback/{token}",
        },
    )
    await client.chat_update(channel=made.channel, ts=made.ts, **made.message("Calling"))


async def rang(request: web.Request) -> web.Response:
    """Ask how the call ended, and tell its thread."""
    made = calls[request.match_info["token"]]
    made.id = (await request.json())["outboundCallId"]
    answer = (await allomia.get(f"/api/outbound/{made.id}/status")).json()
    said = f"{made.name}: {answer['status']}, {answer['callDetails']['duration']} s"
    client, channel = made.client, made.channel
    await client.chat_postMessage(channel=channel, thread_ts=made.ts, text=said)
    await client.chat_update(channel=channel, ts=made.ts, **made.message(said))
    return web.Response(status=204)


if __name__ == "__main__":
    naive = bolt()
    naive.command("/call")(call)
    serve(naive, web.post("/allomia/callback/{token}", rang))

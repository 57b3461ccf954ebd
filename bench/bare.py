"""A bare Bolt app that answers ``/call help`` with Ringback's words: what Bolt itself costs.

``python -m bench.bare PORT``; Slack's address is read from the environment, as Ringback does.
"""

import os
import sys
from typing import Any

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from views import answer
from views.text import Text

HELP = answer.help_(Text("en"))


async def call(ack: Any, command: dict[str, str]) -> None:  # noqa: ANN401 - Bolt's own kind
    """Answer for the eyes of who typed it."""
    if command["text"] == "help":
        await ack(text=HELP.text, blocks=HELP.blocks, response_type="ephemeral")
    else:
        await ack()


def bolt() -> AsyncApp:
    """Make Bolt's app as its documentation does."""
    token = os.environ["SLACK_BOT_TOKEN"]
    return AsyncApp(
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        client=AsyncWebClient(token, base_url=os.environ["SLACK_API_URL"]),
        token=token,
    )


async def alive(_request: web.Request) -> web.Response:
    """Tell that the process answers."""
    return web.json_response({"status": "ok"})


def serve(app: AsyncApp, *routes: web.RouteDef) -> None:
    """Serve Bolt and some routes beside it until told to stop."""
    site = app.web_app()
    site.add_routes([web.get("/readyz", alive), web.get("/healthz", alive), *routes])
    web.run_app(
        site,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        access_log=None,
        print=None,
        shutdown_timeout=0.1,
    )


if __name__ == "__main__":
    bare = bolt()
    bare.command("/call")(call)
    serve(bare)

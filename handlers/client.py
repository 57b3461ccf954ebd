"""Slack's Web API client, which counts what it asks, and how its errors are read."""

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from calls import figures

TIMEOUT = 10  # seconds for one request to Slack
# slack_sdk meets an answer that is not JSON with an AttributeError of its own.
TROUBLE = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, AttributeError)
DEAD_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
)


class Client(AsyncWebClient):
    """One request at a time, none of them repeated: whoever asks decides about that."""

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:  # noqa: ANN401
        """Send one request, and count it by its method and Slack's word for the result."""
        result = "no_answer"
        try:
            answer = await super().api_call(api_method, **options)
            result = "ok"
        except SlackApiError as error:
            result = figures.label(word(error))
            figures.waits("slack", api_method, retry_after(error))
            raise
        finally:
            figures.REQUESTS.labels("slack", api_method, result).inc()
        return answer


def word(fault: Exception) -> str:
    """Return Slack's own word for what went wrong, where it said one."""
    told = getattr(fault.response, "data", None) if isinstance(fault, SlackApiError) else None
    return str((isinstance(told, dict) and told.get("error")) or type(fault).__name__)


def retry_after(fault: Exception) -> float | None:
    """Return the seconds that Slack wants waited, where it says so."""
    headers = fault.response.headers if isinstance(fault, SlackApiError) else {}
    after = str(headers.get("Retry-After", ""))
    return float(after) if after.isdecimal() else None

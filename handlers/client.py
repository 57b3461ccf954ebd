"""Slack's Web API client, which counts what it asks, and how its errors are read."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from calls import metrics
from calls.agenda import LONGEST_WISH

TIMEOUT = 10  # seconds for one request to Slack
CONNECTIONS = 400  # aiohttp's 100 are soon all in use where Slack takes a second for an answer
PAUSE = 1.0  # seconds after a rate limit that names none
TROUBLE = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
# What slack_sdk and aiohttp meet an answer with that is no JSON, no text, or nested too deeply.
GARBLED = (AttributeError, LookupError, RecursionError, UnicodeError)
DEAD_TOKEN = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
ANY_TIME = math.inf
_deadline = ContextVar("deadline", default=ANY_TIME)


class Unreadable(aiohttp.ClientError):
    """An answer came that says nothing."""


class _Overdue(aiohttp.ClientError):
    """The time in which the request was allowed to leave has passed."""


def session() -> aiohttp.ClientSession:
    """Make the session that all requests to Slack share."""
    watch = aiohttp.TraceConfig()
    watch.on_request_headers_sent.append(_leaving)
    watch.on_request_chunk_sent.append(_leaving)
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=TIMEOUT),
        connector=aiohttp.TCPConnector(limit=CONNECTIONS),
        trace_configs=[watch],
    )


@contextmanager
def leaving_before(deadline: float) -> Iterator[None]:
    """Let a request leave only before an instant of the monotonic clock, in seconds.

    Asked for is not yet sent: there is a connection to be had, and a process may stand still.
    """
    before = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(before)


async def _leaving(*_: object) -> None:
    # Despite their names, both are told before anything is written: the headers leave together
    # with the body's first piece, if it has one. A task of its own, with our context, writes it.
    if time.monotonic() >= _deadline.get():
        raise _Overdue


def unsent(fault: Exception) -> bool:
    """Tell whether a request certainly did not leave."""
    overdue = isinstance(fault, _Overdue) or isinstance(fault.__cause__, _Overdue)
    return overdue or isinstance(fault, aiohttp.ClientConnectorError)


class Client(AsyncWebClient):
    """One request at a time, none of them repeated: whoever asks decides about that."""

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:  # noqa: ANN401
        """Send one request, and count it by its method and Slack's word for the result."""
        result = "no_answer"
        try:
            answer = await super().api_call(api_method, **options)
            result = "ok"
        except SlackApiError as error:
            result = metrics.label(word(error))
            if status(error) == HTTPStatus.TOO_MANY_REQUESTS:
                metrics.waits("slack", api_method, retry_after(error) or PAUSE)
            raise
        except GARBLED as fault:
            result = "unreadable"
            raise Unreadable from fault
        finally:
            metrics.REQUESTS.labels("slack", api_method, result).inc()
        return answer


def status(error: SlackApiError) -> int:
    """Return the HTTP status of an error."""
    response = error.response  # aiohttp's own where the answer was cut off
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0))


def word(fault: Exception) -> str:
    """Return Slack's own word for what went wrong, else the HTTP status or the kind of fault."""
    if isinstance(fault, Unreadable):
        return "unreadable"
    if not isinstance(fault, SlackApiError):
        return type(fault).__name__
    told = getattr(fault.response, "data", None)
    return str((isinstance(told, dict) and told.get("error")) or f"http_{status(fault)}")


def retry_after(fault: Exception) -> float | None:
    """Return the seconds that Slack wants waited, an hour at most, where it says so."""
    headers = fault.response.headers if isinstance(fault, SlackApiError) else {}
    after = str(headers.get("Retry-After", ""))
    return min(float(after), LONGEST_WISH) if after.isdecimal() else None

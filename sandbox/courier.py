"""Carries what people do from Slack to the app, sealed with Slack's signature."""

import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

import aiohttp

from sandbox.blocks import JSON
from sandbox.traffic import Traffic

FORM, AS_JSON = "application/x-www-form-urlencoded", "application/json"
PATIENCE = 3  # seconds that Slack waits for the app
GIVE_UP = 15  # seconds after which the stand-in stops looking how late the app is


@dataclass(frozen=True)
class Seal:
    """How a request is signed; what is given here replaces what Slack would have sent."""

    secret: str | None = None
    timestamp: str | None = None
    signature: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    deliberate: bool = False  # a bad answer is what the rehearsal wants

    @property
    def forged(self) -> bool:
        """Tell whether Slack would never have sent it like this."""
        return (self.secret, self.timestamp, self.signature) != (None, None, None)


HONEST = Seal()


@dataclass(frozen=True)
class Parcel:
    """What is sent: its kind in Slack's words, and the raw body."""

    what: str
    body: bytes
    content_type: str = FORM

    @property
    def payload(self) -> Any:  # noqa: ANN401 - whatever the body holds
        """Return the body as the app reads it; None where it makes no sense."""
        try:
            if self.content_type == AS_JSON:
                return json.loads(self.body)
            fields = dict(parse_qsl(self.body.decode(), keep_blank_values=True))
            return json.loads(fields["payload"]) if "payload" in fields else fields
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True)
class Answer:
    """What the app said to it."""

    sent: Parcel
    status: int  # 0: no answer at all
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0

    @property
    def body(self) -> JSON | None:
        """Return the answer's JSON object, None where there is none."""
        try:
            found = json.loads(self.text)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    @property
    def in_time(self) -> bool:
        """Tell whether Slack heeds the answer."""
        return self.status == HTTPStatus.OK and self.seconds <= PATIENCE


@dataclass
class Courier:
    """Knows the app's address and the secret shared with it, and whether to use a socket."""

    traffic: Traffic
    signing_secret: str
    app_url: str
    socket: Callable[[Parcel, float], Awaitable[Answer]] | None = None  # on: nothing goes over HTTP

    async def deliver(self, parcel: Parcel, seal: Seal = HONEST) -> Answer:
        """Send something to the app, and wait for its answer."""
        at = self.traffic.now()
        if self.socket:  # nothing is signed there
            answer = await self.socket(parcel, at)
        else:
            answer = await self._send(parcel, self._headers(parcel, seal), at)
        self.traffic.record(
            "slack",
            "app",
            parcel.what,
            parcel.payload,
            at=at,
            status=answer.status or None,
            answer=answer.body if answer.body is not None else answer.text or None,
            deliberate=seal.deliberate or seal.forged,
        )
        return answer

    async def _send(self, parcel: Parcel, headers: Mapping[str, str], at: float) -> Answer:
        url = self.app_url.rstrip("/") + "/slack/events"
        patience = aiohttp.ClientTimeout(total=GIVE_UP)
        try:
            async with (
                aiohttp.ClientSession(timeout=patience) as session,
                session.post(url, data=BytesIO(parcel.body), headers=headers) as response,
            ):
                text = await response.text()
        except (aiohttp.ClientError, TimeoutError):
            return Answer(parcel, 0, seconds=self.traffic.now() - at)
        seconds = self.traffic.now() - at
        return Answer(parcel, response.status, text, dict(response.headers), seconds)

    def _headers(self, parcel: Parcel, seal: Seal) -> dict[str, str]:
        secret = self.signing_secret if seal.secret is None else seal.secret
        timestamp = str(int(time.time())) if seal.timestamp is None else seal.timestamp
        signature = seal.signature or signed(secret, timestamp, parcel.body)
        return {
            "Content-Type": parcel.content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature,
            **seal.headers,
        }


def signed(secret: str, timestamp: str, body: bytes) -> str:
    """Sign as on https://docs.slack.dev/authentication/verifying-requests-from-slack."""
    message = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()

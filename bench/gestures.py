"""What the neighbours send to an app: commands as Slack signs them, and AlloMia's callbacks."""

import time
from itertools import count
from urllib.parse import urlencode

from sandbox.courier import FORM, signed

SECRET = "bench-signing-secret"
TEAM, CHANNELS, PEOPLE = "T0BENCH", 200, 20

_numbers = count(1)


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """Write an HTTP request."""
    fields = {"Host": "127.0.0.1", "Content-Length": str(len(body))} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def command(text: str, neighbours: int, people: int = PEOPLE) -> bytes:
    """Sign a slash command; the next of so many people types it in the next channel.

    ``neighbours`` is the port at which its ``response_url`` is answered.
    """
    n = next(_numbers)
    fields = {
        "token": "bench-verification-token",
        "team_id": TEAM,
        "team_domain": "bench",
        "channel_id": f"C{n % CHANNELS:08}",
        "channel_name": "bench",
        "user_id": f"U{n % people:08}",
        "user_name": "bench",
        "command": "/call",
        "text": text,
        "api_app_id": "A0BENCH",
        "is_enterprise_install": "false",
        "response_url": f"http://127.0.0.1:{neighbours}/response/{n}",
        "trigger_id": f"{n}.1.bench",
    }
    body = urlencode(fields).encode()
    now = str(int(time.time()))
    return request(
        "POST",
        "/slack/events",
        body,
        Content_Type=FORM,
        X_Slack_Request_Timestamp=now,
        X_Slack_Signature=signed(SECRET, now, body),
    )


def call_now(neighbours: int) -> bytes:
    """Sign a command that dials a number nobody has dialled yet."""
    n = next(_numbers)
    return command(f'now +1514{n:07} Person {n} slot="Tuesday 3 pm"', neighbours)


def callback(token: str, outbound_call_id: str) -> bytes:
    """Write the callback that tells a call's end."""
    body = f'{{"outboundCallId": "{outbound_call_id}", "status": "completed"}}'.encode()
    return request("POST", f"/allomia/callback/{token}", body, Content_Type="application/json")

"""What the page's log leaves out of a request: whatever opens a door."""

import re
from collections.abc import Collection

from sandbox.blocks import JSON

MASK = "•••"
NAMES = {"api_key", "authorization", "callbackUrl", "response_url", "token", "trigger_id"}
ADDRESS = re.compile(r"(/(?:response|allomia/callback)/)[^\s\"'/?#]+")


def masked(value: object, secrets: Collection[str]) -> object:
    """Return the same JSON without secrets, whether known by their names or by themselves."""
    if isinstance(value, dict):
        return {key: _of(key, inner, secrets) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked(inner, secrets) for inner in value]
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, MASK)
        return ADDRESS.sub(rf"\1{MASK}", value)
    return value


def _of(key: str, value: object, secrets: Collection[str]) -> object | JSON:
    return MASK if key in NAMES and isinstance(value, str) else masked(value, secrets)

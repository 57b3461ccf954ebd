"""The manifest that Slack makes the app from: printed for an address, and read for its scopes."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent.parent / "manifest.yml"
EXAMPLE = "https://ringback.example.com"

ADVICE = re.compile(r"^# First replace .*\n(?:#.*\n)*", re.MULTILINE)
ADDRESSES = re.compile(r"^ +(?:request_)?url: .*\n", re.MULTILINE)
SCOPES = re.compile(r"^ +(bot|bot_optional):\n((?: +[-#].*\n)+)", re.MULTILINE)
SCOPE = re.compile(r"^ +- ([\w.:]+)", re.MULTILINE)


class Scopes(NamedTuple):
    """What the app must be granted, and what it does without."""

    needed: Collection[str]
    optional: Collection[str]


def https(text: str) -> str:
    """Return an address as the manifest takes it; raise ``ValueError`` for any other."""
    if not re.fullmatch(r"https://[^\s/?#'\"]+[^\s?#'\"]*", text):
        raise ValueError("Slack needs an address that begins with https://")
    return text.rstrip("/")


def written(public_url: str | None, *, socket_mode: bool) -> str:
    """Write the manifest for an address, or for Socket Mode, where Slack needs none."""
    text = FILE.read_text(encoding="utf-8")
    if public_url or socket_mode:
        text = ADVICE.sub("", text)
    if socket_mode:
        text = ADDRESSES.sub("", text)
        text = text.replace("socket_mode_enabled: false", "socket_mode_enabled: true")
    return text.replace(EXAMPLE, public_url) if public_url else text


def scopes() -> Scopes:
    """Read the scopes that the manifest asks for."""
    found = {
        name: frozenset(SCOPE.findall(lines))
        for name, lines in SCOPES.findall(FILE.read_text(encoding="utf-8"))
    }
    return Scopes(needed=found["bot"], optional=found["bot_optional"])

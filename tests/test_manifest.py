"""The manifest that people paste into Slack, and the example of the settings."""

import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from slack_bolt.async_app import AsyncApp

import handlers
from calls.settings import Settings
from handlers import manifest, terminal
from slack_rules import check_slack

ROOT = Path(__file__).parent.parent
URL = "https://calls.example/ringback"


class Listing:
    """Stands where Bolt's app does, and lists what is registered with it."""

    def __init__(self) -> None:
        self.registered: list[tuple[str, str]] = []

    def __getattr__(self, kind: str) -> Callable[[str], Callable[[object], None]]:
        def listed(name: str) -> Callable[[object], None]:
            self.registered.append((kind, name))
            return lambda _listener: None

        return listed


def asked_for(found: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - as YAML has it
    """Return what Slack sends because the manifest asks for it."""
    features, settings = found["features"], found["settings"]
    events = settings.get("event_subscriptions", {}).get("bot_events", [])
    return [
        *(("command", one["command"]) for one in features.get("slash_commands", [])),
        *(("shortcut", one["callback_id"]) for one in features.get("shortcuts", [])),
        *(("event", name) for name in events),
    ]


FORMS = [[], ["--public-url", URL], ["--socket-mode"], ["--socket-mode", "--public-url", URL]]


@cache
def printed(*options: str) -> str:
    found = subprocess.run(
        [sys.executable, ROOT / "app.py", "manifest", *options],
        capture_output=True,
        check=True,
        text=True,
        cwd="/",
    )
    assert found.stderr == ""
    return found.stdout


@pytest.mark.parametrize("options", FORMS, ids=" ".join)
def test_every_form_of_the_manifest_is_valid_and_asks_for_what_the_code_needs(
    options: list[str],
) -> None:
    asked = yaml.safe_load(printed(*options))
    used = check_slack.methods_used(ROOT / "handlers")
    listing = Listing()
    handlers.register(cast("AsyncApp", listing))
    answered = [one for one in listing.registered if one[0] in {"command", "shortcut", "event"}]

    assert {"auth.test", "chat.postMessage", "chat.update", "views.open", "users.info"} <= used
    assert check_slack.check_manifest(asked, used) == []
    assert sorted(asked_for(asked)) == sorted(answered)


def test_the_manifest_is_printed_as_it_stands_but_for_the_addresses() -> None:
    plain = (ROOT / "manifest.yml").read_text()
    served, socket = printed("--public-url", f"{URL}/"), printed("--socket-mode")

    def lines(text: str) -> set[str]:
        return set(text.splitlines())

    assert printed() == plain
    assert {one.strip() for one in lines(served) - lines(plain)} == {
        f"url: {URL}/slack/events",
        f"request_url: {URL}/slack/events",
    }
    assert lines(socket) - lines(plain) == {"  socket_mode_enabled: true"}
    assert "ringback.example.com" not in served + socket
    assert socket == printed("--socket-mode", "--public-url", URL)
    assert "- commands # /call" in served


@pytest.mark.parametrize("url", ["http://a.example", "a.example", "https://", "https://a b", "x"])
def test_an_address_that_slack_would_not_take_is_refused(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        terminal.read(["manifest", "--public-url", url])
    assert caught.value.code == 2
    assert "begins with https://" in capsys.readouterr().err


def test_what_is_refused_is_told_by_the_program_too() -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        printed("--public-url", "http://a.example")
    assert caught.value.returncode == 2
    assert "begins with https://" in caught.value.stderr


def test_the_scopes_are_read_as_yaml_has_them() -> None:
    scopes = yaml.safe_load((ROOT / "manifest.yml").read_text())["oauth_config"]["scopes"]
    assert manifest.scopes() == ({*scopes["bot"]}, {*scopes["bot_optional"]})


def test_the_example_names_every_setting_with_its_default() -> None:
    example = (ROOT / ".env.example").read_text()
    written = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", example, re.MULTILINE))
    given: dict[str, Any] = {name.lower(): value for name, value in written.items() if value}
    secrets: dict[str, Any] = dict.fromkeys(
        ("slack_bot_token", "slack_signing_secret", "allomia_api_key"), "x"
    )

    assert set(written) == {name.upper() for name in Settings.model_fields}
    assert Settings(_env_file=None, **secrets, **given) == Settings(
        _env_file=None, **secrets, public_url="https://ringback.example.com"
    )

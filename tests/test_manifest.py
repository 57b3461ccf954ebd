"""The manifest that people paste into Slack, and the example of the settings."""

import re
from pathlib import Path
from typing import Any

import yaml

from calls.settings import Settings
from slack_rules import check_slack

ROOT = Path(__file__).parent.parent


def test_the_manifest_is_valid_and_has_the_scopes_that_the_code_needs() -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())
    used = check_slack.methods_used(ROOT / "handlers")

    assert {"chat.postMessage", "chat.update", "views.open", "users.info"} <= used
    assert check_slack.check_manifest(manifest, used) == []


def test_the_example_names_every_setting_with_its_default() -> None:
    example = (ROOT / ".env.example").read_text()
    written = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", example, re.MULTILINE))
    given: dict[str, Any] = {name.lower(): value for name, value in written.items() if value}
    secrets: dict[str, Any] = {
        name: "x" for name, field in Settings.model_fields.items() if field.is_required()
    }

    assert set(written) == {name.upper() for name in Settings.model_fields}
    assert Settings(_env_file=None, **secrets, **given) == Settings(
        _env_file=None, **secrets, public_url="https://ringback.example.com"
    )

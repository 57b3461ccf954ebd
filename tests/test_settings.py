"""What the operator decides: defaults as documented, and one helpful line a fault."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from calls.settings import Settings, faults

NEEDED = {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s", "allomia_api_key": "k"}
SECRET = "hush-hush"
UUID = "123e4567-E89B-42d3-a456-426614174000"


@pytest.fixture(autouse=True)
def empty_environment() -> Iterator[None]:
    """Take every setting out of the environment, and put it back."""
    before = dict(os.environ)
    for name in Settings.model_fields:
        os.environ.pop(name.upper(), None)
    yield
    os.environ.clear()
    os.environ.update(before)


def read(**values: object) -> Settings:
    return Settings(_env_file=None, **(NEEDED | values))  # type: ignore[arg-type]


def told(**values: object) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        read(**values)
    return faults(caught.value)


def test_the_defaults_are_those_documented() -> None:
    assert read().model_dump() == {
        "slack_bot_token": SecretStr("xoxb-1"),
        "slack_app_token": None,
        "slack_signing_secret": SecretStr("s"),
        "slack_api_url": "https://slack.com/api",
        "allomia_api_key": SecretStr("k"),
        "allomia_api_url": "https://allomia.com",
        "allomia_assistant_id": None,
        "allomia_phone_number_id": None,
        "allomia_organization_id": None,
        "public_url": None,
        "database_url": "sqlite:///ringback.db",
        "host": "127.0.0.1",
        "port": 3000,
        "default_region": "CA",
        "default_language": "en",
        "calling_hours": "09:00-20:00",
        "poll_first": 15,
        "poll_max": 300,
        "give_up_after": 86400,
        "allomia_timeout": 15,
        "undo_seconds": 3,
        "dial_within": 600,
        "role": "all",
        "log_format": "text",
    }


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("public_url", "https://calls.example/ringback/", "https://calls.example/ringback"),
        ("slack_api_url", "http://127.0.0.1:80/api", "http://127.0.0.1:80/api"),
        ("allomia_api_url", "http://[::1]:80", "http://[::1]:80"),
        ("allomia_assistant_id", UUID, UUID),
        ("allomia_organization_id", "org_7:k.9-B", "org_7:k.9-B"),
        ("default_region", "fr", "FR"),
        ("calling_hours", "08:30-24:00", "08:30-24:00"),
        ("calling_hours", "9:00-20:00", "9:00-20:00"),
        ("calling_hours", " Always ", "always"),
        ("poll_first", "0.25", 0.25),
        ("undo_seconds", "0", 0),
        ("database_url", "postgresql://u:p@h:5/n?sslmode=require", None),
        ("database_url", "postgres://h/n", None),
    ],
)
def test_a_setting_is_read_as_it_is_meant(name: str, value: str, found: object) -> None:
    assert getattr(read(**{name: value}), name) == (value if found is None else found)


def test_what_is_missing_is_named_with_what_to_do() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(_env_file=None)
    assert faults(caught.value) == [
        (
            "SLACK_BOT_TOKEN is missing: copy the Bot User OAuth Token (xoxb-...) from OAuth & "
            "Permissions"
        ),
        (
            "SLACK_SIGNING_SECRET is missing: copy the Signing Secret from the app's Basic "
            "Information, or set SLACK_APP_TOKEN to be reached by Socket Mode, without a public "
            "address"
        ),
        "ALLOMIA_API_KEY is missing: make a key in AlloMia's dashboard under Settings > API Keys",
    ]


def test_a_socket_needs_no_signing_secret() -> None:
    settings = read(slack_app_token="xapp-1", slack_signing_secret=None)
    assert (settings.slack_app_token, settings.slack_signing_secret) == (SecretStr("xapp-1"), None)
    assert told(slack_app_token=" ", slack_signing_secret=None) == [
        (
            "SLACK_APP_TOKEN cannot be used (holds a blank or a character that cannot be part of "
            "it): make an App-Level Token (xapp-...) with connections:write under Basic "
            "Information, or leave it out to be reached over HTTP"
        ),
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slack_app_token", f"{SECRET} with blanks"),
        ("slack_bot_token", f"{SECRET} with blanks"),
        ("slack_signing_secret", f"{SECRET}\n"),
        ("slack_signing_secret", ""),
        ("allomia_api_key", f"{SECRET}é"),
        ("slack_api_url", f"{SECRET}://slack.com/api/"),
        ("allomia_api_url", f"allomia.com/{SECRET}"),
        ("allomia_api_url", f"https://{SECRET}:port"),
        ("allomia_api_url", f"https://ana:{SECRET}@allomia.com"),
        ("slack_api_url", f"https://{SECRET}@slack.com/api/"),
        ("allomia_api_url", f"https://{SECRET}:99999"),
        ("allomia_api_url", "https://[::1"),
        ("public_url", f"https://h/?{SECRET}"),
        ("public_url", f"https://h/ {SECRET}"),
        ("public_url", "https://"),
        ("allomia_assistant_id", SECRET),
        ("allomia_phone_number_id", SECRET),
        ("database_url", f"mysql://u:{SECRET}@h/n"),
        ("database_url", f"postgresql://u:{SECRET}@h:port/n"),
        ("database_url", f"sqlite:////no/such/{SECRET}/ringback.db"),
        ("database_url", "sqlite:///"),
        ("database_url", "sqlite:///:memory:"),
        ("database_url", "sqlite:////tmp"),
        ("database_url", "postgresql://u@h/n?foo=bar"),
        ("database_url", "postgresql://u@h/n?sslmode=bogus"),
        ("public_url", "http://.."),
        ("public_url", "http://a..b"),
        ("undo_seconds", "1e12"),
        ("port", SECRET),
        ("port", "65536"),
        ("port", "-1"),
        ("default_region", SECRET),
        ("default_language", SECRET),
        ("calling_hours", SECRET),
        ("calling_hours", "9-20"),
        ("calling_hours", "09:00-25:00"),
        ("calling_hours", "20:00-9:00"),
        ("calling_hours", "09:00-09:00"),
        ("poll_first", "0"),
        ("poll_first", SECRET),
        ("poll_max", "-1"),
        ("give_up_after", "inf"),
        ("allomia_timeout", "nan"),
        ("undo_seconds", "-0.1"),
        ("dial_within", "0"),
        ("role", SECRET),
        ("log_format", SECRET),
    ],
)
def test_a_fault_is_one_line_that_names_it_and_keeps_its_secret(name: str, value: str) -> None:
    (line,) = told(**{name: value})
    field = Settings.model_fields[name]
    assert line.startswith(f"{name.upper()} cannot be used (")
    assert line.endswith(f"): {field.description}")
    assert "\n" not in line
    assert SECRET not in line


def test_every_setting_says_what_to_do() -> None:
    assert [n for n, field in Settings.model_fields.items() if not field.description] == []


def test_several_faults_are_told_at_once() -> None:
    assert [line.split()[0] for line in told(port="x", role="y", slack_bot_token=" ")] == [
        "SLACK_BOT_TOKEN",
        "PORT",
        "ROLE",
    ]


def test_secrets_are_not_shown() -> None:
    settings = read(slack_bot_token=SECRET, slack_signing_secret=SECRET, allomia_api_key=SECRET)
    assert SECRET not in repr(settings)


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    os.environ["PUBLIC_URL"] = ""
    assert read().public_url is None


def test_a_file_beside_us_is_read_unless_the_environment_says_otherwise(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("POLL_MAX=7\nROLE=web\nSOMETHING_ELSE=x\n")
    os.environ["ROLE"] = "worker"
    settings = Settings(_env_file=file, **NEEDED)  # type: ignore[arg-type]
    assert (settings.poll_max, settings.role) == (7, "worker")

"""What the operator decides: one frozen object, read from the environment and ``.env``."""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from phonenumbers import SUPPORTED_REGIONS
from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

POSTGRESQL_WORDS = {"host", "port", "user", "password", "passfile", "sslmode"}
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
HOURS = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]-(([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def _address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", text):
        raise ValueError("not an http or https address")
    try:
        found = urlsplit(text)
        _ = found.port
        (found.hostname or "").rstrip(".").encode("idna")  # refuses empty parts
    except ValueError:
        raise ValueError("its host or its port cannot be read") from None
    if not (found.hostname or "").strip("."):
        raise ValueError("it names no host")
    return text.rstrip("/")


def _service(text: str) -> str:
    address = _address(text)
    if "@" in urlsplit(address).netloc:  # a token is sent instead, and never both
        raise ValueError("it holds a name or a password")
    return address


def _database(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise ValueError("neither sqlite:///FILE nor postgresql://USER:PASSWORD@HOST/NAME")
    try:
        found = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError("cannot be read as an address") from None
    fault = _file_fault(found) if text.startswith("sqlite") else _query_fault(found)
    if fault:
        raise ValueError(fault)
    return text


def _file_fault(address: URL) -> str | None:
    if address.database in {None, "", ":memory:"}:
        return "it names no file"
    file = Path(address.database or "")
    if file.is_dir():
        return "it names a folder"
    return None if file.parent.is_dir() else "its folder does not exist"


def _query_fault(address: URL) -> str | None:
    unknown = sorted(set(address.query) - POSTGRESQL_WORDS)
    if unknown:
        return f"it asks for {', '.join(unknown)}, which is not understood"
    mode = address.query.get("sslmode", "prefer")
    return None if mode in SSL_MODES else f"sslmode is none of {', '.join(SSL_MODES)}"


def _uuid(text: str) -> str:
    if not UUID.fullmatch(text):
        raise ValueError("not a UUID")
    return text


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z._:-]{1,128}", text):
        raise ValueError("holds a character that no id has")
    return text


def _region(text: str) -> str:
    if text.upper() not in SUPPORTED_REGIONS:
        raise ValueError("not a country's two-letter code")
    return text.upper()


def _hours(text: str) -> str:
    text = text.strip().lower()
    if text != "always" and not HOURS.fullmatch(text):
        raise ValueError("neither HH:MM-HH:MM nor always")
    begin, _, end = text.partition("-")
    if end and begin.zfill(5) >= end.zfill(5):
        raise ValueError("it does not end after it begins")
    return text


def _printable(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]+", secret.get_secret_value()):
        raise ValueError("holds a blank or a character that cannot be part of it")
    return secret


Secret = Annotated[SecretStr, AfterValidator(_printable)]
Address = Annotated[str, AfterValidator(_address)]
Service = Annotated[str, AfterValidator(_service)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Uuid = Annotated[str, AfterValidator(_uuid)]
MONTH = 30 * 86400  # seconds
Seconds = Annotated[float, Field(gt=0, le=MONTH, allow_inf_nan=False)]


class Settings(BaseSettings):
    """Every setting by its lower-case name; ``description`` tells who meets a fault what to do."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    slack_bot_token: Secret = Field(
        description="copy the Bot User OAuth Token (xoxb-...) from OAuth & Permissions"
    )
    slack_app_token: Secret | None = Field(
        None,
        description="make an App-Level Token (xapp-...) with connections:write under Basic "
        "Information, or leave it out to be reached over HTTP",
    )
    slack_signing_secret: Secret | None = Field(
        None,
        validate_default=True,
        description="copy the Signing Secret from the app's Basic Information, or set "
        "SLACK_APP_TOKEN to be reached by Socket Mode, without a public address",
    )
    slack_api_url: Service = Field(
        "https://slack.com/api/", description="leave it out to use Slack itself"
    )
    allomia_api_key: Secret = Field(
        description="make a key in AlloMia's dashboard under Settings > API Keys"
    )
    allomia_api_url: Service = Field(
        "https://allomia.com", description="leave it out to use AlloMia itself"
    )
    allomia_assistant_id: Uuid | None = Field(
        None, description="the UUID of the assistant, or leave it out"
    )
    allomia_phone_number_id: Uuid | None = Field(
        None, description="the UUID of AlloMia's number to call from, or leave it out"
    )
    allomia_organization_id: Identifier | None = Field(
        None, description="the id of your organization in AlloMia, or leave it out"
    )
    public_url: Address | None = Field(
        None, description="the address at which AlloMia reaches this app, or leave it out"
    )
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        "sqlite:///ringback.db", description="sqlite:///FILE or postgresql://..."
    )
    host: str = Field("127.0.0.1", description="the address to listen at, such as 127.0.0.1")
    port: int = Field(3000, ge=0, le=65535, description="a port number from 0 to 65535")
    default_region: Annotated[str, AfterValidator(_region)] = Field(
        "CA", description="a country's two-letter code, such as CA or FR"
    )
    default_language: Literal["en", "fr"] = Field("en", description="en or fr")
    calling_hours: Annotated[str, AfterValidator(_hours)] = Field(
        "09:00-20:00",
        description="when people may be called, by the clocks where they are: hours such as "
        "09:00-20:00, or always",
    )
    poll_first: Seconds = Field(15, description="seconds, above 0")
    poll_max: Seconds = Field(300, description="seconds, above 0")
    give_up_after: Seconds = Field(86400, description="seconds, above 0")
    allomia_timeout: Seconds = Field(15, description="seconds, above 0")
    undo_seconds: float = Field(
        3, ge=0, le=MONTH, allow_inf_nan=False, description="seconds, 0 or more"
    )
    dial_within: Seconds = Field(600, description="seconds, above 0")
    role: Literal["all", "web", "worker"] = Field("all", description="all, web or worker")
    log_format: Literal["text", "json"] = Field("text", description="text or json")

    @field_validator("slack_signing_secret")
    @classmethod
    def _needed_over_http(cls, secret: SecretStr | None, found: ValidationInfo) -> SecretStr | None:
        if secret is None and found.data.get("slack_app_token", ...) is None:
            raise PydanticCustomError("missing", "needed without SLACK_APP_TOKEN")
        return secret


def faults(error: ValidationError) -> list[str]:
    """Tell each fault of the settings in one line that names it and says what to do."""
    return [_fault(str(e["loc"][0]), e["type"], e["msg"]) for e in error.errors()]


def _fault(name: str, kind: str, message: str) -> str:
    message = message.removeprefix("Value error, ")
    wrong = "is missing" if kind == "missing" else f"cannot be used ({message})"
    return f"{name.upper()} {wrong}: {Settings.model_fields[name].description}"

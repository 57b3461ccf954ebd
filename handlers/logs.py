"""Logs: a constant sentence with fields, as text or as JSON, without anybody's secrets."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Literal

from aiohttp.http_exceptions import HttpProcessingError

ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Whatever a library may put into a message: numbers, tokens, callback addresses, a socket's
# ticket, hooks, and the row that PostgreSQL tells as the detail of a fault.
NUMBER = re.compile(r"(?<![\w.-])(?:(?:\+|%2B)\d{3,}|\d{6,})(\d{4})(?!\w|[.-]\w)")
SECRET = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=Bearer )\S+|(?<=/callback/)[\w-]+|(?<=[?&]ticket=)[\w-]+|"
    r"(?<=hooks\.slack\.com/)[\w/-]+|(?<=DETAIL: ).+"
)


def masked(text: str) -> str:
    """Take telephone numbers and secrets out of a line."""
    return NUMBER.sub(r"••••\1", SECRET.sub("***", text))


class Lines(logging.Formatter):
    """One line of text a record, its fields behind it."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = "".join(f" {name}={value}" for name, value in _fields(record).items())
        line = f"{at} {record.levelname} {record.name}: {record.getMessage()}{fields}"
        return masked(line + _trace(self, record))


class Json(logging.Formatter):
    """One JSON object a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        found = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
            **{name: masked(str(value)) for name, value in _fields(record).items()},
        }
        if trace := _trace(self, record):
            found["trace"] = masked(trace.strip())
        return json.dumps(found, ensure_ascii=False)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in ORDINARY}


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    return "\n" + formatter.formatException(record.exc_info) if record.exc_info else ""


def configure(style: Literal["text", "json"]) -> None:
    """Send every record to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(Json() if style == "json" else Lines())
    handler.addFilter(_discreet)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it logs every plugin


def only_http() -> None:
    """Leave out what aiohttp says of requests that are no HTTP: anybody can send those."""
    logging.getLogger("aiohttp.server").addFilter(_is_http)


def _is_http(record: logging.LogRecord) -> bool:
    fault = record.exc_info[1] if record.exc_info else None
    return not isinstance(fault, HttpProcessingError)


def _discreet(record: logging.LogRecord) -> bool:
    """Leave out what Bolt says but for errors: it logs the whole body of a refused request."""
    return record.levelno >= logging.ERROR or not record.name.startswith("slack_bolt")

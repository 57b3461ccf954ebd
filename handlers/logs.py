"""Logs: a constant sentence with fields, as text or as JSON, without anybody's secrets."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Literal

ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Whatever a library may put into a message: numbers, tokens, callback addresses, hooks, and the
# row that PostgreSQL tells as the detail of a fault.
NUMBER = re.compile(r"(?<![\w.:-])\+?\d{6,}(\d{4})(?![\w.-])")
SECRET = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=Bearer )\S+|(?<=/callback/)[\w-]+|(?<=DETAIL: ).+"
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
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in ("httpx", "alembic"):  # they log every address and every plugin
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("slack_bolt.AsyncApp").addFilter(_news)


def _news(record: logging.LogRecord) -> bool:
    """Leave out Bolt's warning that it does not use SLACK_BOT_TOKEN itself: we do."""
    return "SLACK_BOT_TOKEN env variable" not in record.getMessage()

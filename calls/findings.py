"""What the doctor finds: each thing that was seen is good, worth a note, or wrong and curable."""

import re
from collections.abc import Collection
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum, auto
from typing import Any

from pydantic import ValidationError

from calls.backlog import Backlog
from calls.database import REVISION
from calls.errors import Reason
from calls.frozen import Frozen
from calls.settings import Settings, faults

SKEWED, REFUSED = 60, 300  # seconds between Slack's clock and ours: a note, requests refused
WORD = re.compile(r"\w{1,64}")  # what may be repeated of another's error: a word, never more

SECRETS = {"slack_bot_token", "slack_app_token", "slack_signing_secret", "allomia_api_key"}


NAMED = ("allomia_assistant_id", "allomia_phone_number_id")


class Check(StrEnum):
    """What is looked at, in the order in which it is told."""

    SETTINGS = auto()
    DATABASE = auto()
    TOKEN = auto()
    SCOPES = auto()
    SECRET = auto()
    SOCKET = auto()
    ALLOMIA = auto()
    RECORDS = auto()
    RUNNING = auto()
    ADDRESS = auto()
    CLOCK = auto()
    JOBS = auto()
    HERE = auto()


class Mark(StrEnum):
    """How it is."""

    GOOD = auto()
    NOTE = auto()
    WRONG = auto()
    SKIPPED = auto()


class Finding(Frozen):
    """One line of the doctor's: the reason also says what to do."""

    check: Check
    mark: Mark
    reason: Reason


class Read(Frozen):
    """The settings as far as they can be used; those in ``wrong`` hold something else instead."""

    settings: Settings
    wrong: frozenset[str] = frozenset()
    findings: tuple[Finding, ...]


def good(check: Check, key: str, **values: str) -> Finding:
    """Find nothing to complain of."""
    return Finding(check=check, mark=Mark.GOOD, reason=Reason(key=key, values=values))


def note(check: Check, key: str, **values: str) -> Finding:
    """Find something that should be known, and does no harm."""
    return Finding(check=check, mark=Mark.NOTE, reason=Reason(key=key, values=values))


def wrong(check: Check, key: str, **values: str) -> Finding:
    """Find something that must be cured."""
    return Finding(check=check, mark=Mark.WRONG, reason=Reason(key=key, values=values))


def skipped(check: Check, *names: str) -> Finding:
    """Leave a check out until what it depends on is right."""
    reason = Reason(key="doctor.skipped", values={"names": ", ".join(n.upper() for n in names)})
    return Finding(check=check, mark=Mark.SKIPPED, reason=reason)


def unheard(check: Check) -> Finding:
    """Leave a check out since Slack has not answered."""
    return Finding(check=check, mark=Mark.SKIPPED, reason=Reason(key="doctor.unheard"))


def word(error: str) -> str:
    """Return another's word for what went wrong, unless it is more than a word."""
    return error if WORD.fullmatch(error) else "?"


def read() -> Read:
    """Read the settings; each fault becomes a finding, and its setting is left at its default."""
    try:
        return _read()
    except UnicodeDecodeError:
        told = wrong(Check.SETTINGS, "doctor.settings.unreadable")
        return _read(_env_file=None).having(findings=(told,))


def _read(**options: Any) -> Read:  # noqa: ANN401
    try:
        settings = Settings(**options)
    except ValidationError as error:
        names = {str(e["loc"][0]) for e in error.errors()}
        fields = Settings.model_fields
        spare: dict[str, Any] = {n: "unset" if n in SECRETS else fields[n].default for n in names}
        told = [wrong(Check.SETTINGS, "doctor.settings.wrong", fault=f) for f in faults(error)]
        found = Settings(**options, **spare)
        return Read(settings=found, wrong=frozenset(names), findings=tuple(told))
    told = [good(Check.SETTINGS, "doctor.settings.good"), *unnamed(settings)]
    return Read(settings=settings, findings=tuple(told))


def unnamed(settings: Settings) -> list[Finding]:
    """Tell what people must type themselves, for want of a setting."""
    names = [name for name in NAMED if getattr(settings, name) is None]
    told = ", ".join(name.upper() for name in names)
    return [note(Check.SETTINGS, "doctor.settings.unnamed", names=told)] if names else []


def database(revision: str | None) -> Finding:
    """Judge the revision that the database's tables have."""
    if revision is None:
        return note(Check.DATABASE, "doctor.database.new")
    if revision == REVISION:
        return good(Check.DATABASE, "doctor.database.good", revision=revision)
    values = {"revision": word(revision), "newest": REVISION}
    if revision < REVISION:
        return note(Check.DATABASE, "doctor.database.behind", **values)
    return wrong(Check.DATABASE, "doctor.database.ahead", **values)


def jobs(found: Backlog) -> list[Finding]:
    """Judge what does not get done, and tell since when."""
    told = []
    if found.failing:
        number, since = str(found.failing), _minute(found.since)
        told.append(wrong(Check.JOBS, "doctor.jobs.failing", number=number, since=since))
    if found.untold:
        values = {"number": str(len(found.untold)), "reference": found.untold[0]}
        told.append(note(Check.JOBS, "doctor.jobs.untold", **values, at=_minute(found.ended_at)))
    return told or [good(Check.JOBS, "doctor.jobs.good")]


def _minute(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if at else "?"


def scopes(granted: str | None, needed: Collection[str], optional: Collection[str]) -> Finding:
    """Judge what Slack has granted, as its header ``x-oauth-scopes`` says."""
    if granted is None:
        return note(Check.SCOPES, "doctor.scopes.untold")
    have = {scope.strip() for scope in granted.split(",")}
    if missing := sorted({*needed} - have):
        return wrong(Check.SCOPES, "doctor.scopes.missing", scopes=", ".join(missing))
    if missing := sorted({*optional} - have):
        return note(Check.SCOPES, "doctor.scopes.optional", scopes=", ".join(missing))
    return good(Check.SCOPES, "doctor.scopes.good")


def clock(date: str | None, now: datetime, *, signed: bool = True) -> Finding:
    """Compare our clock with Slack's header ``Date``; over a socket nothing is ``signed``."""
    try:
        theirs = parsedate_to_datetime(date or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return note(Check.CLOCK, "doctor.clock.untold")
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    skew = abs((now - theirs).total_seconds())
    seconds = f"{skew:.0f}"
    if skew > SKEWED and not signed:
        return note(Check.CLOCK, "doctor.clock.unsigned", seconds=seconds)
    if skew > REFUSED:
        return wrong(Check.CLOCK, "doctor.clock.wrong", seconds=seconds)
    if skew > SKEWED:
        return note(Check.CLOCK, "doctor.clock.skewed", seconds=seconds)
    return good(Check.CLOCK, "doctor.clock.good")


ALLOMIA = {
    "look.not_found": good(Check.ALLOMIA, "doctor.allomia.good"),
    "look.key": wrong(Check.ALLOMIA, "doctor.allomia.key"),
    "look.forbidden": wrong(Check.ALLOMIA, "doctor.allomia.forbidden"),
    "allomia.unreachable": wrong(Check.ALLOMIA, "doctor.allomia.unreachable"),
}


def allomia(key: str) -> Finding:
    """Judge why AlloMia does not tell about a call that cannot exist: it should not know it."""
    return ALLOMIA.get(key, wrong(Check.ALLOMIA, "doctor.allomia.strange"))


RECORDS = {
    "": good(Check.RECORDS, "doctor.records.good"),
    "look.not_found": wrong(Check.RECORDS, "doctor.records.unknown"),
}


def records(key: str | None) -> Finding:
    """Judge why AlloMia does not tell about calls; ``None``: nobody could ask it."""
    if key is None:
        return note(Check.RECORDS, "doctor.records.unset")
    return RECORDS.get(key, wrong(Check.RECORDS, "doctor.records.untold"))


class Met(Frozen):
    """Who answered at an address: an installation of ours, or (no ``instance``) anybody else."""

    instance: str | None = None


def running(own: str | None, local: Met | None, public: Met | None, where: str) -> Finding:
    """Tell whether Ringback runs: seen here, or (elsewhere) through its public address."""
    if local and local.instance and own in {None, local.instance}:
        return good(Check.RUNNING, "doctor.running.good")
    if own and public and public.instance == own:
        return good(Check.RUNNING, "doctor.running.elsewhere")
    if local:
        return wrong(Check.RUNNING, "doctor.running.taken", where=where)
    return note(Check.RUNNING, "doctor.running.not")


def address(own: str | None, public: Met | None, host: str | None, *, runs: bool) -> Finding:
    """Judge whether ``PUBLIC_URL`` leads to the installation that this database belongs to."""
    if host is None:
        return note(Check.ADDRESS, "doctor.address.unset")
    if own and public and public.instance:
        if public.instance == own:
            return good(Check.ADDRESS, "doctor.address.good", host=host)
        return wrong(Check.ADDRESS, "doctor.address.other", host=host)
    if not runs:
        return note(Check.ADDRESS, "doctor.address.later", host=host)
    if own is None:
        return skipped(Check.ADDRESS, "database_url")
    key = "doctor.address.stranger" if public else "doctor.address.unreachable"
    return wrong(Check.ADDRESS, key, host=host)

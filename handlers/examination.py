"""An installation is looked at, through the eyes of everybody that it depends on."""

import asyncio
import os
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient

from calls import findings
from calls.allomia import AlloMia
from calls.backlog import Backlog, backlog
from calls.call_log import CallLog
from calls.clock import now
from calls.database import Database
from calls.errors import AlloMiaUnavailable, DatabaseAway
from calls.findings import Check, Finding
from calls.settings import Settings
from calls.words import clean
from handlers import manifest, presence
from handlers.client import DEAD_TOKEN, TROUBLE, word

PATIENCE = 10  # seconds for one check


@dataclass(frozen=True)
class Installation:
    """What is examined: its settings (``wrong`` names those that cannot be used) and its parts.

    ``runs`` tells that it is this very process.
    """

    settings: Settings
    wrong: frozenset[str]
    database: Database
    client: AsyncWebClient
    runs: bool = False

    def lacks(self, check: Check, *names: str) -> list[Finding]:
        """Return that a check is skipped where it depends on settings that are wrong."""
        missing = [name for name in names if name in self.wrong]
        return [findings.skipped(check, *missing)] if missing else []


async def examine(installation: Installation) -> list[Finding]:
    """Look at everything at once, some ten seconds at most, and tell it in order."""
    checks = (_database, _slack, _secret, _socket, _allomia, _records, _address, _jobs)
    found = await asyncio.gather(*(check(installation) for check in checks))
    order = list(Check)
    return sorted((one for part in found for one in part), key=lambda one: order.index(one.check))


async def _database(installation: Installation) -> list[Finding]:
    if lacking := installation.lacks(Check.DATABASE, "database_url"):
        return lacking
    database = installation.database
    try:
        async with asyncio.timeout(PATIENCE):
            if database.is_new:
                return [_folder(database)]
            revision = await database.revision()
            async with database.write():  # is it ours to change?
                pass
    except (DatabaseAway, TimeoutError) as fault:
        cause = getattr(fault.__cause__, "orig", None) or fault.__cause__ or fault
        error = type(getattr(cause, "__cause__", None) or cause).__name__
        return [findings.wrong(Check.DATABASE, "doctor.database.away", error=error)]
    return [findings.database(revision)]


def _folder(database: Database) -> Finding:
    if os.access(Path(database.engine.url.database or "").absolute().parent, os.W_OK):
        return findings.database(None)
    return findings.wrong(Check.DATABASE, "doctor.database.away", error="PermissionError")


async def _jobs(installation: Installation) -> list[Finding]:
    """Look for what does not get done; tables that are not there yet hold nothing of it."""
    if lacking := installation.lacks(Check.JOBS, "database_url"):
        return lacking
    database = installation.database
    try:
        async with asyncio.timeout(PATIENCE):
            if database.is_new or await database.revision() is None:
                return findings.jobs(Backlog())
            return findings.jobs(await backlog(database, now()))
    except (DatabaseAway, TimeoutError):
        return [findings.skipped(Check.JOBS, "database_url")]


async def _slack(installation: Installation) -> list[Finding]:
    """Ask Slack who we are: whether it takes the token, what it granted, and what time it is."""
    checks = (Check.TOKEN, Check.SCOPES, Check.CLOCK)
    needed = ("slack_bot_token", "slack_api_url")
    if lacking := [one for check in checks for one in installation.lacks(check, *needed)]:
        return lacking
    try:
        answered = await installation.client.auth_test()
    except TROUBLE as fault:
        clock = _clock(installation, getattr(fault, "response", None))
        return [_refused(Check.TOKEN, fault), findings.unheard(Check.SCOPES), clock]
    clock = _clock(installation, answered)
    team, app = clean(str(answered.get("team", "?")), 80), clean(str(answered.get("user", "?")), 80)
    if installation.settings.slack_bot_token.get_secret_value().startswith("xoxp-"):
        person = findings.wrong(Check.TOKEN, "doctor.token.person")
        return [person, findings.skipped(Check.SCOPES, "slack_bot_token"), clock]
    granted = findings.scopes(answered.headers.get("x-oauth-scopes"), *manifest.scopes())
    return [findings.good(Check.TOKEN, "doctor.token.good", team=team, app=app), granted, clock]


def _refused(check: Check, fault: Exception) -> Finding:
    told = word(fault)
    error = findings.word(told)
    if told in DEAD_TOKEN:
        key = "doctor.token.dead" if check is Check.TOKEN else "doctor.socket.dead"
        return findings.wrong(check, key, error=error)
    if check is Check.SOCKET and told == "missing_scope":
        return findings.wrong(check, "doctor.socket.scope")
    return findings.wrong(check, "doctor.slack_away", error=error)


def _clock(installation: Installation, answered: Any) -> Finding:  # noqa: ANN401 - slack_sdk's, or aiohttp's
    headers = getattr(answered, "headers", None)
    if headers is None:
        return findings.unheard(Check.CLOCK)
    signed = installation.settings.slack_app_token is None
    machine = datetime.now(UTC)  # Slack's signatures are judged by it, and not by the calls' clock
    return findings.clock(headers.get("Date"), machine, signed=signed)


async def _secret(installation: Installation) -> list[Finding]:
    if "slack_signing_secret" in installation.wrong:
        return [findings.skipped(Check.SECRET, "slack_signing_secret")]
    if installation.settings.slack_signing_secret:
        return [findings.good(Check.SECRET, "doctor.secret.good")]
    return [findings.note(Check.SECRET, "doctor.secret.unneeded")]


async def _socket(installation: Installation) -> list[Finding]:
    needed = ("slack_app_token", "slack_api_url")
    if lacking := installation.lacks(Check.SOCKET, *needed):
        return lacking
    if (token := installation.settings.slack_app_token) is None:
        return [findings.note(Check.SOCKET, "doctor.socket.unset")]
    try:
        await installation.client.apps_connections_open(app_token=token.get_secret_value())
    except TROUBLE as fault:
        return [_refused(Check.SOCKET, fault)]
    return [findings.good(Check.SOCKET, "doctor.socket.good")]


async def _allomia(installation: Installation) -> list[Finding]:
    """Ask about a call that cannot exist: AlloMia says so to whom it knows."""
    needed = ("allomia_api_key", "allomia_api_url", "allomia_timeout")
    if lacking := installation.lacks(Check.ALLOMIA, *needed):
        return lacking
    settings = installation.settings
    timeout = min(settings.allomia_timeout, PATIENCE)
    async with AlloMia(settings.allomia_api_url, settings.allomia_api_key, timeout) as allomia:
        try:
            await allomia.status(str(uuid.uuid4()))
        except AlloMiaUnavailable as fault:
            return [findings.allomia(fault.reason.key)]
    return [findings.allomia("")]


async def _records(installation: Installation) -> list[Finding]:
    """Ask for one line of AlloMia's call log, where it is known whose."""
    needed = ("allomia_api_key", "allomia_api_url", "allomia_timeout", "allomia_organization_id")
    if lacking := installation.lacks(Check.RECORDS, *needed):
        return lacking
    settings = installation.settings
    if settings.allomia_organization_id is None:
        return [findings.records(None)]
    timeout = min(settings.allomia_timeout, PATIENCE)
    async with AlloMia(settings.allomia_api_url, settings.allomia_api_key, timeout) as allomia:
        try:
            await CallLog(allomia, settings.allomia_organization_id).known()
        except AlloMiaUnavailable as fault:
            return [findings.records(fault.reason.key)]
    return [findings.records("")]


async def _address(installation: Installation) -> list[Finding]:
    """Tell whether Ringback runs, and whether it is what answers through its public address."""
    settings, public = installation.settings, installation.settings.public_url
    asked = not (installation.runs or installation.wrong & {"host", "port"})
    local = presence.local(settings) if asked else None
    async with presence.session() as session:
        own, here, there = await asyncio.gather(
            _own(installation), presence.met(session, local), presence.met(session, public)
        )
    if installation.runs:
        runs = findings.good(Check.RUNNING, "doctor.running.good")
    elif lacking := installation.lacks(Check.RUNNING, "host", "port"):
        (runs,) = lacking
    else:
        runs = findings.running(own, here, there, f"{settings.host}:{settings.port}")
    if lacking := installation.lacks(Check.ADDRESS, "public_url", "database_url"):
        return [runs, *lacking]
    host = public and urlsplit(public).hostname
    is_up = runs.mark is findings.Mark.GOOD
    return [runs, findings.address(own, there, host, runs=is_up)]


async def _own(installation: Installation) -> str | None:
    """Return the id of the installation that the database belongs to."""
    if "database_url" in installation.wrong or installation.database.is_new:
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            return await installation.database.instance()
    except (DatabaseAway, TimeoutError):
        return None

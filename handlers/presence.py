"""Who answers at an address: this installation, another one, somebody else, or nobody."""

import json

import aiohttp

from calls.database import Database
from calls.findings import Met
from calls.settings import Settings

PATIENCE = 10  # seconds for one answer
REACHED = "/allomia/healthz"  # through the proxy as AlloMia's callbacks come, if by no other way
LARGEST = 4096  # bytes of an answer to that
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to find who listens there


def session() -> aiohttp.ClientSession:
    """Make the session in which addresses are asked."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))


def local(settings: Settings) -> str | None:
    """Return the address at which an installation with these settings listens, if it is known."""
    if settings.port == 0:
        return None
    host = ANYWHERE.get(settings.host, settings.host)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


async def is_up(settings: Settings, database: Database) -> bool:
    """Tell whether this installation answers at its ``HOST`` and ``PORT``."""
    async with session() as asking:
        here = await met(asking, local(settings))
    # Whoever else answers there says of no installation, and so does a database of before.
    return (
        here is not None
        and here.instance is not None
        and (here.instance == await database.instance())
    )


async def met(session: aiohttp.ClientSession, address: str | None) -> Met | None:
    """Ask who answers at an address; ``None`` where nobody does."""
    if address is None:
        return None
    try:
        async with session.get(address + REACHED, allow_redirects=False) as answered:
            body = await answered.content.read(LARGEST)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return Met()
    instance = found.get("instance") if isinstance(found, dict) else None
    return Met(instance=instance if isinstance(instance, str) else None)

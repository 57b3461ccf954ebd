"""What tests of the call desk share: Home as somebody sees it, and calls with an hour."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from calls import jobs, store
from calls.agenda import Kind
from calls.clock import now
from calls.model import Call
from calls.status import Status
from examples import call
from flow import database_of
from house import House
from sandbox.person import Person
from sandbox.workspace import ANA, FRONT_DESK

TEAM = "T0CLINIC01"


def words(person: Person) -> str:
    """Return all that a person's Home shows."""
    return str(person.home)


def told(person: Person) -> list[str]:
    """Return the paragraphs of a person's Home."""
    blocks = (person.home or {}).get("blocks", [])
    return [block["text"]["text"] for block in blocks if block["type"] == "section"]


async def home(house: House, person: Person, *shown: str) -> dict[str, Any]:
    """Wait until a person's Home shows some words, and return it."""
    await house.slack.until(lambda: person.home and all(word in words(person) for word in shown))
    assert person.home is not None
    return person.home


async def chosen(house: House, person: Person, what: str, reference: str) -> None:
    """Choose something in the menu of a call at Home."""
    found = await home(house, person, reference)
    await person.press(found, "more", value=f"{what} {reference}", block=reference)


def offered(person: Person, reference: str) -> list[str]:
    """Return what the menu of a call offers."""
    blocks = {block["block_id"]: block for block in (person.home or {}).get("blocks", [])}
    options = blocks[reference]["accessory"]["options"]
    return [option["value"].partition(" ")[0] for option in options]


def made(n: int, status: Status = Status.COMPLETED, **changes: object) -> Call:
    """Make a call of the clinic that Ana asked for just now."""
    at = now()
    number = f"+1514555{n:04}"
    defaults = {
        "team": TEAM,
        "asked_by": ANA,
        "channel": FRONT_DESK,
        "number": number,
        "placed_at": at,
        "due_at": at,
    }
    return call(status, reference=f"C-{n:05}", gesture=f"V{n}", **(defaults | changes))


async def kept(house: House, calls: Iterable[Call], *kinds: Kind) -> None:
    """Put calls into a house's records, with jobs that are due now."""
    async with database_of(house) as database, database.write() as connection:
        for one in calls:
            assert await store.add(connection, one)
            await jobs.want(connection, {(one.reference, kind): now() for kind in kinds})


async def scheduled(house: House, hour: datetime, n: int = 1, **changes: object) -> Call:
    """Schedule a call for Ana, whose message is posted as ever."""
    known = {
        "assistant_id": house.environ["ALLOMIA_ASSISTANT_ID"],
        "phone_number_id": house.environ["ALLOMIA_PHONE_NUMBER_ID"],
    }
    one = made(n, Status.QUEUED, hour=hour, due_at=hour, **(known | changes))
    await kept(house, [one], Kind.OPEN)
    return one

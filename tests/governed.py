"""What tests of a workspace's rules share: rules that hold, and a second app on the database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import app
from calls.rules import Rules
from calls.workspace import Workspace
from calls.workspaces import FRESH, Workspaces
from flow import database_of
from house import House, settings_of
from replicas import another
from sandbox.courier import Courier
from sandbox.person import Person
from sandbox.workspace import ADMIN, ANA

TEAM = "T0CLINIC01"


async def decided(house: House, **rules: object) -> Workspace:
    """Let some rules hold, beside those that do."""

    def change(found: Workspace) -> Workspace:
        return found.having(rules=found.rules.having(**rules))

    async with database_of(house) as database:
        spaces = Workspaces(database)
        found = await spaces.get(TEAM)
        return await spaces.change(TEAM, found.version, change, ADMIN)


async def rules_of(house: House) -> Rules:
    """Return the rules that hold."""
    async with database_of(house) as database:
        return (await Workspaces(database).get(TEAM)).rules


async def decided_anew(house: House, **rules: object) -> None:
    """Let other rules hold than those that the house has just read, which it reads again soon."""
    await decided(house, **rules)
    await asyncio.sleep(FRESH)


@asynccontextmanager
async def beside(house: House) -> AsyncIterator[str]:
    """Run a second app on the house's database, inside this process too; give its address."""
    environ = another(house)
    async with app.running(settings_of(environ)):
        yield environ["PUBLIC_URL"]


def person(house: House, user: str = ANA, url: str = "") -> Person:
    """Return somebody, whom an app hears at some address: the house's, if none is named."""
    slack = house.slack
    courier = Courier(slack.traffic, slack.signing_secret, url or house.url)
    return Person(slack.workspace, courier, user)


def admin(house: House, url: str = "") -> Person:
    """Return an administrator of the workspace."""
    return person(house, ADMIN, url)

"""What tests of the page share: the page, served between the stand-ins, with the app inside us."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from house import House, street
from sandbox.page import served
from sandbox.rehearsal import Rehearsal, rehearsal
from sandbox.workspace import ANA

JSON = dict[str, Any]
T = TypeVar("T")


@dataclass
class Visitor:
    """A browser, as far as HTTP goes."""

    house: House
    address: str
    session: aiohttp.ClientSession
    me: str = ANA
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.headers = {"Origin": self.address.rstrip("/")}

    async def get(self, path: str) -> JSON:
        async with self.session.get(self.address + path) as answer:
            assert answer.status == 200, await answer.text()
            return dict(await answer.json())

    async def state(self) -> JSON:
        return await self.get(f"state?as={self.me}")

    async def post(self, path: str, body: object) -> tuple[int, JSON]:
        async with self.session.post(
            self.address + path, json=body, headers=self.headers
        ) as answer:
            return answer.status, await answer.json()

    async def gesture(self, **wish: object) -> tuple[int, JSON]:
        return await self.post("gesture", {"as": self.me, **wish})

    async def turn(self, **wish: object) -> tuple[int, JSON]:
        return await self.post("panel", wish)

    async def until(self, seen: Callable[[JSON], T | None], within: float = 30) -> T:
        """Look at the state until it shows something, and return that."""
        async with asyncio.timeout(within):
            while True:
                version = self.house.slack.traffic.changes
                if found := seen(await self.state()):
                    return found
                await self.house.slack.traffic.after(version)


@asynccontextmanager
async def visited(folder: Path, **changes: str) -> AsyncIterator[Visitor]:
    """Serve the page of a house on SQLite, for as long as a test looks at it."""
    async with (
        street(f"sqlite:///{folder / 'ringback.db'}") as house,
        house.open(**changes),
        served(Rehearsal(house.slack, house.allomia), 8800) as address,
        aiohttp.ClientSession() as session,
    ):
        yield Visitor(house, address, session)


@asynccontextmanager
async def staged(**settings: str) -> AsyncIterator[Visitor]:
    """Serve the page as `python -m sandbox` does, with the app as a process of its own."""
    async with (
        rehearsal(**settings) as found,
        served(found, 8800) as address,
        aiohttp.ClientSession() as session,
    ):
        assert found.app is not None
        house = House(found.slack, found.allomia, {"PORT": found.app.url.rpartition(":")[2]})
        yield Visitor(house, address, session)


@asynccontextmanager
async def answering(house: House, answer: JSON) -> AsyncIterator[None]:
    """Let an app that always answers so take the place of ours, for what ours does not use yet."""

    async def heard(_: web.Request) -> web.Response:
        return web.json_response(answer)

    app = web.Application()
    app.router.add_post("/slack/events", heard)
    async with TestServer(app) as server:
        before, house.slack.app_url = house.slack.app_url, str(server.make_url("/"))
        yield
        house.slack.app_url = before

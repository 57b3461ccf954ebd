"""Deaths of the app: killed from outside, at what a stand-in sees of it or its database shows.

Each is entered before a call is placed, and left once the app is dead.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from calls.model import Call
from calls.status import Status
from deaf import deaf
from flow import BETWEEN_LOOKS, PATIENCE, calls_in, database_of
from house import House
from lives import Lives
from sandbox.allomia import Stage
from sandbox.allomia_calls import PlacedCall
from sandbox.blocks import JSON

Death = Callable[[House, Lives], AbstractAsyncContextManager[None]]


def card(method: str, asked: JSON) -> bool:
    return method == "chat.postMessage" and "thread_ts" not in asked


def reply(method: str, asked: JSON) -> bool:
    return method == "chat.postMessage" and "thread_ts" in asked


def last_edit(method: str, asked: JSON) -> bool:
    return method == "chat.update" and "Completed" in str(asked)


def at_slack(message: Callable[[str, JSON], bool], stage: Stage) -> Death:
    """Kill it at a stage of its request to Slack; one that only arrived is not carried out."""

    @asynccontextmanager
    async def death(house: House, lives: Lives) -> AsyncIterator[None]:
        def strike(reached: Stage, method: str, asked: JSON) -> None:
            if reached == stage and message(method, asked):
                lives.kill()
                if stage == "arrived":
                    house.slack.fail(method, drop=True)

        house.slack.on_request = strike
        yield
        await lives.ended()
        house.slack.on_request = None

    return death


def at_create(stage: Stage) -> Death:
    """Kill it at a stage of its request to dial; one that only arrived is never read."""

    @asynccontextmanager
    async def death(house: House, lives: Lives) -> AsyncIterator[None]:
        def strike(reached: Stage, _call: PlacedCall | None) -> None:
            if reached == stage:
                lives.kill()
                if stage == "arrived":
                    house.allomia.answer_create(unread=True, hang=True)

        house.allomia.on_create = strike
        yield
        await lives.ended()
        house.allomia.on_create = None

    return death


def at_status(stage: Stage) -> Death:
    """Kill it at a stage of the request by which it would learn that a call has ended."""

    @asynccontextmanager
    async def death(house: House, lives: Lives) -> AsyncIterator[None]:
        def strike(reached: Stage, call: PlacedCall | None) -> None:
            if reached == stage and call and call.status != "calling":
                lives.kill()

        house.allomia.on_status = strike
        yield
        await lives.ended()
        house.allomia.on_status = None

    return death


def at_row(seen: Callable[[Call], object]) -> Death:
    """Kill it once the newest call's row shows something."""

    @asynccontextmanager
    async def death(house: House, lives: Lives) -> AsyncIterator[None]:
        async with database_of(house) as database:
            before = len(await calls_in(database))
            yield
            async with asyncio.timeout(PATIENCE):
                while True:
                    if any(seen(call) for call in (await calls_in(database))[before:]):
                        break
                    await asyncio.sleep(BETWEEN_LOOKS)
            lives.kill()
        await lives.ended()

    return death


@asynccontextmanager
async def at_connection(house: House, lives: Lives) -> AsyncIterator[None]:
    """Kill it once it has noted that it dials: AlloMia takes no connection yet."""
    await house.allomia.stop()
    with deaf(house.allomia.port):
        async with at_row(lambda call: call.status is Status.DIALLING)(house, lives):
            yield
    await house.allomia.start()

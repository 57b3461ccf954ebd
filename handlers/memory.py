"""What Slack has told, kept in memory: asked again once it is old, held on to in an outage."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import Any, Generic, TypeVar

from handlers.delivery import Later

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

KEPT = 3600.0  # seconds for which an answer stands in while Slack gives no other
MOST = 20_000  # answers; the one that was given first makes room
AT_ONCE = 200  # questions under way
ASKING = 30.0  # seconds for one question, however many requests it takes


class Memory(Generic[K, V]):
    """One question at a time about each thing, whoever wants to know; ``clock`` is in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._told: OrderedDict[K, tuple[V, float]] = OrderedDict()
        self._asked: dict[K, asyncio.Task[V]] = {}

    def recall(self, about: K, within: float = KEPT) -> V | None:
        """Return what was told so many seconds ago at most."""
        told, at = self._told.get(about, (None, 0.0))
        return told if self._clock() - at <= within else None

    async def learn(
        self, about: K, question: Callable[[], Coroutine[Any, Any, V]], fresh: float
    ) -> V:
        """Return what was told ``fresh`` seconds ago at most, or ask.

        Where Slack cannot answer, what it told within the hour; else raises ``Later``.
        """
        known = self.recall(about, fresh) if fresh else None
        if known is not None:
            return known
        try:
            return await asyncio.shield(self._ask(about, question))
        except (Later, TimeoutError) as fault:
            known = self.recall(about)
            if known is None:
                raise fault if isinstance(fault, Later) else Later from None
            return known

    async def close(self) -> None:
        """Ask nothing more."""
        for asked in self._asked.values():
            asked.cancel()
        if self._asked:
            await asyncio.wait(self._asked.values())

    def _ask(self, about: K, question: Callable[[], Coroutine[Any, Any, V]]) -> asyncio.Task[V]:
        if about not in self._asked:
            if len(self._asked) >= AT_ONCE:
                raise Later
            self._asked[about] = asyncio.create_task(self._look(about, question))
            self._asked[about].add_done_callback(partial(self._looked, about))
        return self._asked[about]

    async def _look(self, about: K, question: Callable[[], Coroutine[Any, Any, V]]) -> V:
        async with asyncio.timeout(ASKING):
            told = await question()
        self._told[about] = told, self._clock()
        self._told.move_to_end(about)
        while len(self._told) > self._most:
            self._told.popitem(last=False)
        return told

    def _looked(self, about: K, task: asyncio.Task[V]) -> None:
        del self._asked[about]
        if not task.cancelled():
            task.exception()  # whoever waited has heard of it; perhaps nobody did

"""The app as one process after the other on the same database, each of them killed."""

from contextlib import AsyncExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from house import House
from process import Process, forked


class Lives:
    """The app of a house; ``async with`` ends the last of its processes."""

    def __init__(self, house: House, folder: Path) -> None:
        self._house = house
        self._folder = folder
        self._stack = AsyncExitStack()
        self._process: Process | None = None
        self.lines: list[str] = []
        """What all processes have said, once each has ended."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._over()
        if failure:
            failure.add_note("\n".join(["The app has said:", *self.lines[-60:]]))

    async def begin(self, **settings: str) -> Process:
        """Start a process, with some settings changed, once the one before is gone."""
        await self._over()
        environ = self._house.environ | settings
        begun = forked(environ, self._folder)
        self._process = await self._stack.enter_async_context(begun)
        return self._process

    async def ready(self, **settings: str) -> Process:
        """Start a process, and wait until it listens."""
        begun = await self.begin(**settings)
        await begun.says("Ringback listens")
        return begun

    def kill(self) -> None:
        """Let the process die at once, without a chance to say anything."""
        if self._process:
            with suppress(ProcessLookupError):  # it is dead already
                self._process.kill()

    async def ended(self) -> None:
        """Wait until the process is dead."""
        if self._process:
            await self._process.ended()

    async def _over(self) -> None:
        await self._stack.aclose()
        if self._process:
            self.lines += self._process.lines

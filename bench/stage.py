"""Who stands on the stage: the neighbours, and between them Ringback or one it is compared with."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from bench import postgres
from bench.gestures import SECRET
from bench.processes import ROOT, Child, Control, child
from sandbox.rehearsal import free_port

IDS = {
    "ALLOMIA_ASSISTANT_ID": "3f6c1f0e-8a52-4c1b-9d0e-5b7a2c9e4d11",
    "ALLOMIA_PHONE_NUMBER_ID": "b1d7e2a4-06c9-4f38-8e55-7c21f0a93d62",
}


@dataclass
class Street:
    """An app, in one process or more, with its neighbours."""

    neighbours: Control
    app: Sequence[Child]

    @property
    def ports(self) -> list[int]:
        """Where Slack's requests go, in turn."""
        return [process.port for process in self.app]


@dataclass
class Stage:
    """Makes streets, each with everything new; ``close`` takes the stage down."""

    folder: Path
    python: Path
    """Which Python runs the apps and their neighbours: what is installed there costs memory."""
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _postgres: str | None = None

    def sqlite(self) -> str:
        """Return the address of a database file that is not there yet."""
        return f"sqlite:///{self.folder / uuid4().hex}.db"

    @property
    def server(self) -> str:
        """Return the address of the PostgreSQL server, which is started when first asked for."""
        if self._postgres is None:
            self._postgres = self._stack.enter_context(postgres.server())
        return self._postgres

    @property
    def has_server(self) -> bool:
        """Tell whether the PostgreSQL server was asked for."""
        return self._postgres is not None

    async def postgresql(self) -> str:
        """Return the address of an empty PostgreSQL database."""
        return await postgres.database(self.server)

    async def close(self) -> None:
        """Stop the PostgreSQL server, if it was needed."""
        await self._stack.aclose()

    @asynccontextmanager
    async def ringback(self, database: str, *roles: str, **settings: str) -> AsyncIterator[Street]:
        """Run Ringback between its neighbours, one process for each role.

        Commands go to the processes that are no mere workers, in turn; so do callbacks, to the
        process that dialled or else to the first.
        """
        async with AsyncExitStack() as stack:
            neighbours = await self._neighbours(stack)
            processes: list[Child] = []
            for role in roles or ("all",):
                port = free_port()
                door = processes[0].port if role == "worker" else port
                environ = self._environ(neighbours.port, door) | {
                    "DATABASE_URL": database,
                    "PORT": str(port),
                    "ROLE": role,
                    "UNDO_SECONDS": "0",
                    **settings,
                }
                process = await stack.enter_async_context(
                    child(
                        self.python,
                        str(ROOT / "app.py"),
                        port=port,
                        folder=self.folder,
                        environ=environ,
                    )
                )
                await process.ready()
                processes.append(process)
            doors = zip(processes, roles or ("all",), strict=True)
            yield Street(neighbours, [process for process, role in doors if role != "worker"])

    @asynccontextmanager
    async def other(self, name: str) -> AsyncIterator[Street]:
        """Run an app that Ringback is compared with, ``bare`` or ``naive``."""
        async with AsyncExitStack() as stack:
            neighbours = await self._neighbours(stack)
            port = free_port()
            environ = self._environ(neighbours.port, port)
            what = ("-m", f"bench.{name}", str(port))
            # Only the naive script needs httpx, which a server does not have.
            python = Path(sys.executable) if name == "naive" else self.python
            process = await stack.enter_async_context(
                child(python, *what, port=port, folder=self.folder, environ=environ)
            )
            await process.ready()
            yield Street(neighbours, [process])

    async def _neighbours(self, stack: AsyncExitStack) -> Control:
        port = free_port()
        what = ("-m", "bench.neighbours", str(port))
        process = await stack.enter_async_context(
            child(self.python, *what, port=port, folder=self.folder, environ={})
        )
        await process.ready("/control/seen")
        return Control(process)

    def _environ(self, neighbours: int, door: int) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": "xoxb-bench",
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": f"http://127.0.0.1:{neighbours}/slack/",
            "ALLOMIA_API_KEY": "bench-key",
            "ALLOMIA_API_URL": f"http://127.0.0.1:{neighbours}",
            "PUBLIC_URL": f"http://127.0.0.1:{door}",
            "CALLING_HOURS": "always",
            **IDS,
        }


@asynccontextmanager
async def stage(python: Path) -> AsyncIterator[Stage]:
    """Put a stage up, and leave nothing behind."""
    with TemporaryDirectory(prefix="ringback-bench-") as folder:
        made = Stage(Path(folder), python)
        try:
            yield made
        finally:
            await made.close()

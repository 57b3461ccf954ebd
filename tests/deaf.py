"""A port where connections are asked for and never come about."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

ENOUGH = 4  # connections, to fill the shortest queue


@contextmanager
def deaf(port: int = 0) -> Iterator[int]:
    """Listen on a port, with a queue of connections that is full and that nobody takes from."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(0)
        for _ in range(ENOUGH):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]

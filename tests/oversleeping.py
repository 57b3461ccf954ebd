"""A process that sleeps on one processor and writes when it overslept; see ``standstill``."""

import os
import sys
import time

NAP = 0.05  # seconds
PAUSE = 0.25  # seconds more than that: a machine that is only busy lets nobody sleep so long


def main(processor: int, parent: int) -> None:
    """Write the end of each pause, in seconds of the monotonic clock, as long as pytest runs."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {processor})
    while os.getppid() == parent:
        end = time.monotonic() + NAP
        time.sleep(NAP)
        if time.monotonic() - end > PAUSE:
            os.write(sys.stdout.fileno(), f"{time.monotonic()}\n".encode())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

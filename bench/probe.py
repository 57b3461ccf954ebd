"""Asks ``/healthz`` at a steady pace, from a process of its own, until its input ends.

``python -m bench.probe PORT``; then it prints how many seconds each answer took, as JSON. While
the app's event loop stands still no answer comes: the longest is no shorter than the worst pause.
"""

import json
import select
import socket
import sys
import time

from bench.gestures import request

PACE = 0.01  # seconds between an answer and the next question
MOST = 30_000  # questions


def main(port: int) -> None:
    """Ask on one connection, over and over."""
    question = request("GET", "/healthz")
    took: list[float] = []
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        while len(took) < MOST and not select.select([sys.stdin], [], [], PACE)[0]:
            begun = time.perf_counter()
            connection.sendall(question)
            connection.recv(4096)  # so short an answer comes in one piece
            took.append(time.perf_counter() - begun)
    json.dump(took, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))

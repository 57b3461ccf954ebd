"""What the figures were measured on: no names, no paths."""

import os
import platform
import sqlite3
import statistics
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

LIBRARIES = ("slack-bolt", "slack-sdk", "aiohttp", "httpx", "sqlalchemy", "aiosqlite", "asyncpg")
WRITES = 50


def facts(folder: Path) -> dict[str, Any]:
    """Return the machine, its load before anything is measured, and what runs on it."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _line("/proc/cpuinfo", "model name"),
        "memory_mb": int(_line("/proc/meminfo", "MemTotal").split()[0]) // 1024,
        "system": f"{platform.system()} {platform.machine()}",
        "load_before": round(os.getloadavg()[0], 2),
        "fsync_ms": round(1000 * fsync(folder), 2),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def fsync(folder: Path) -> float:
    """Return how many seconds the disk takes to keep 4 kB."""
    took = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(WRITES):
            begun = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            took.append(time.perf_counter() - begun)
    return statistics.median(took)


def _line(file: str, name: str) -> str:
    lines = Path(file).read_text().splitlines()
    found = next((line for line in lines if line.startswith(name)), ":")
    return found.partition(":")[2].strip() or "unknown 0"

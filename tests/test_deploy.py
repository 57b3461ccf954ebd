"""The files for operators hold: the image's, compose's and the service's."""

import asyncio
import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from calls.settings import Settings
from house import House
from process import STOP_WITHIN, Process
from proxies import DEPLOY, PATH, ROOT, replaced
from switch import sqlite_only


def instructions(name: str) -> list[str]:
    """Return what the Dockerfile says behind each instruction of a kind."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    return [line.partition(" ")[2].strip() for line in text.splitlines() if line.startswith(name)]


def copied() -> list[str]:
    return [source for copy in instructions("COPY ") for source in copy.split()[:-1]]


def test_only_what_the_image_copies_is_sent_to_its_builder() -> None:
    patterns = (ROOT / ".dockerignore").read_text().splitlines()
    first, *others = [line for line in patterns if line and not line.startswith("#")]
    assert first == "*"
    assert sorted(p.removeprefix("!") for p in others if p.startswith("!")) == sorted(copied())
    assert [source for source in copied() if not (ROOT / source).exists()] == []


@sqlite_only
@pytest.mark.no_tables
async def test_what_the_image_copies_is_enough_to_run(closed_house: House, tmp_path: Path) -> None:
    for source in copied():
        here, there = ROOT / source, tmp_path / "app" / source
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(here, there) if here.is_dir() else shutil.copy(here, there)
    (settings,) = instructions("ENV ")
    given = dict(pair.split("=", 1) for pair in shlex.split(settings))
    python, *command = json.loads(instructions("CMD ")[0])
    probe = json.loads(instructions("HEALTHCHECK ")[0].partition("CMD ")[2])
    assert python == probe[0] == "python"
    names = {name.upper() for name in Settings.model_fields} & given.keys()
    assert names == {"HOST", "PORT", "DATABASE_URL"}
    # Of the image's settings only those are changed that would leave this machine or this folder.
    environ = given | closed_house.environ | {"PATH": PATH}

    async def healthy() -> bool:
        asked = await asyncio.create_subprocess_exec(sys.executable, *probe[1:], env=environ)
        return await asked.wait() == 0

    async with started([sys.executable, *command], tmp_path / "app", environ) as app:
        await app.says("Ringback listens")
        assert await healthy()
        assert await app.end() == 0
    assert not await healthy()


@asynccontextmanager
async def started(
    command: list[str], folder: Path, environ: Mapping[str, str]
) -> AsyncIterator[Process]:
    child = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environ, stderr=asyncio.subprocess.PIPE
    )
    process = Process(child)
    try:
        yield process
    finally:
        if child.returncode is None:
            child.terminate()
        await process.ended()


# The services.


def test_compose_gives_the_app_only_settings_that_it_has() -> None:
    services = composed()
    known = {name.upper() for name in Settings.model_fields}
    assert services["app"]["environment"].keys() <= known
    assert {name.split("_")[0] for name in services["database"]["environment"]} == {"POSTGRES"}
    text = (ROOT / "compose.yml").read_text()
    assert set(re.findall(r"\$\{(\w+)", text)) == {"POSTGRES_PASSWORD"}
    assert not re.search(r"\$\{\w+\}", text)  # each must be set: none becomes an empty word


def test_compose_publishes_the_app_on_the_loopback_alone() -> None:
    published = [port for service in composed().values() for port in service.get("ports", [])]
    assert published == [f"127.0.0.1:3000:{Settings.model_fields['port'].default}"]


def test_compose_leaves_time_to_end_and_starts_once_the_database_answers() -> None:
    services = composed()
    assert services["app"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert "healthcheck" in services["database"]
    for service in services.values():
        assert int(service["stop_grace_period"].removesuffix("s")) > STOP_WITHIN
        assert service["cap_drop"] == ["ALL"]


def composed() -> Any:  # noqa: ANN401 - as the file has it
    return yaml.safe_load((ROOT / "compose.yml").read_text())["services"]


def test_the_service_leaves_time_to_end_and_comes_back() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.read(DEPLOY / "ringback.service")
    service = unit["Service"]
    assert float(service["TimeoutStopSec"]) > STOP_WITHIN
    assert (service["Restart"], service["User"]) == ("always", "ringback")
    assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"
    assert service["ExecStart"].endswith("/app.py")


def test_systemd_understands_the_service(tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze") or pytest.skip("systemd-analyze is not installed")
    text = (DEPLOY / "ringback.service").read_text()
    here = replaced(
        text, {"ExecStart=/opt/ringback/.venv/bin/python": f"ExecStart={sys.executable}"}
    )
    (tmp_path / "ringback.service").write_text(here)
    told = subprocess.run(
        [tool, "verify", tmp_path / "ringback.service"], capture_output=True, text=True, check=False
    )
    assert [line for line in told.stderr.splitlines() if "ringback" in line] == []


def test_the_operators_page_names_every_file_for_them() -> None:
    named = set(re.findall(r"deploy/[\w.]+\w", (ROOT / "docs/server.md").read_text()))
    assert named == {f"deploy/{file.name}" for file in DEPLOY.iterdir()}

"""Slack and AlloMia are reached as they are outside: by TLS, here through a proxy's tunnel."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from house import NUMBER, House
from process import ready
from sandbox.workspace import FRONT_DESK
from switch import sqlite_only
from tunnels import proxy, secured

SLACK, ALLOMIA = "slack.example.com", "allomia.example.com"


@pytest.fixture
async def house_behind_tls(closed_house: House, tmp_path: Path) -> AsyncIterator[House]:
    """A house whose neighbours have names that only the proxy knows."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    house = closed_house
    addresses = {
        SLACK: house.environ["SLACK_API_URL"],
        ALLOMIA: house.environ["ALLOMIA_API_URL"],
    }
    ports = {host: urlsplit(address).port or 0 for host, address in addresses.items()}
    async with secured(tmp_path, ports) as behind, proxy(behind) as outside:
        house.environ |= {
            "SLACK_API_URL": f"https://{SLACK}{urlsplit(addresses[SLACK]).path}",
            "ALLOMIA_API_URL": f"https://{ALLOMIA}",
            "HTTPS_PROXY": outside,
        }
        yield house


def trusted(folder: Path, *hosts: str) -> dict[str, str]:
    """Let the app trust some hosts' certificates and no others."""
    authorities = folder / "authorities.pem"
    authorities.write_text("".join((folder / f"{host}.pem").read_text() for host in hosts))
    return {"SSL_CERT_FILE": str(authorities)}


@sqlite_only
async def test_a_call_goes_through_tunnels_from_the_command_to_the_outcome(
    house_behind_tls: House, tmp_path: Path
) -> None:
    house = house_behind_tls
    async with ready(house.environ | trusted(tmp_path, SLACK, ALLOMIA), tmp_path):
        assert await house.allomia.end(await house.placed()) == [204]
        await house.reply("was reached")


@sqlite_only
async def test_nobody_is_dialled_through_whom_no_authority_vouches_for(
    house_behind_tls: House, tmp_path: Path
) -> None:
    house = house_behind_tls
    house.environ["DIAL_WITHIN"] = "3"
    async with ready(house.environ | trusted(tmp_path, SLACK), tmp_path):
        await house.ana.command(f"now {NUMBER} Marie", FRONT_DESK)
        await house.reply("AlloMia cannot be reached at the moment, so nobody was called.")
    assert house.allomia.dialled() == []

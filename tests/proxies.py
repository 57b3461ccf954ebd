"""Both reverse proxies with their committed files, started on ports of a test's own."""

import asyncio
import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from calls.settings import Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
HOST = "ringback.example.com"
UPSTREAM = f"127.0.0.1:{Settings.model_fields['port'].default}"
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"  # where Debian puts nginx
UP_WITHIN = 30.0  # seconds


class Place(NamedTuple):
    """Where a proxy of the test's own listens and writes; ``app`` is the port it passes on to."""

    folder: Path
    secure: int
    plain: int
    app: int

    @property
    def url(self) -> str:
        """Its address without TLS, for the stand-ins."""
        return f"http://127.0.0.1:{self.plain}"

    @property
    def certificate(self) -> Path:
        """The one it shows, with the key beside it."""
        return self.folder / "fullchain.pem"

    @property
    def written(self) -> str:
        """All that it has logged."""
        return "".join(file.read_text() for file in sorted(self.folder.glob("*.log")))


def replaced(text: str, changes: Mapping[str, str]) -> str:
    """Replace what a committed file must hold; everything else stays as an operator gets it."""
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def nginx(place: Place) -> list[str]:
    """Write nginx's files; return the command that starts it."""
    site = replaced(
        (DEPLOY / "nginx.conf").read_text(),
        {
            "listen 443 ssl;": f"listen 127.0.0.1:{place.secure} ssl;",
            "listen [::]:443 ssl;": f"listen 127.0.0.1:{place.plain};",
            f"/etc/letsencrypt/live/{HOST}": str(place.folder),
            "/var/log/nginx": str(place.folder),
            UPSTREAM: f"127.0.0.1:{place.app}",
        },
    )
    temporary = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{name}_temp_path {place.folder}/{name};\n" for name in temporary)
    user = "user root;\n" if os.geteuid() == 0 else ""
    (place.folder / "nginx.conf").write_text(
        f"{user}daemon off;\npid {place.folder}/nginx.pid;\nerror_log {place.folder}/error.log;\n"
        f"events {{}}\nhttp {{\n{paths}access_log off;\n{site}}}\n"
    )
    log = str(place.folder / "error.log")
    return ["nginx", "-e", log, "-p", str(place.folder), "-c", "nginx.conf"]


def caddy(place: Place) -> list[str]:
    """Write Caddy's file; return the command that starts it."""
    ours = replaced(
        (DEPLOY / "Caddyfile").read_text(),
        {
            "\n{\n": f"\n{{\nadmin off\nauto_https off\nstorage file_system {place.folder}\n",
            f"\n{HOST} {{\n": "\n(site) {\nbind 127.0.0.1\n",
            UPSTREAM: f"127.0.0.1:{place.app}",
        },
    )
    key = place.folder / "privkey.pem"
    secure = f"https://{HOST}:{place.secure} {{\ntls {place.certificate} {key}\nimport site\n}}\n"
    plain = f"{place.url} {{\nimport site\n}}\n"
    (place.folder / "Caddyfile").write_text(f"{ours}{secure}{plain}")
    return ["caddy", "run", "--adapter", "caddyfile", "--config", "Caddyfile"]


def certify(certificate: Path, host: str = HOST) -> None:
    """Make a certificate for a host's name, signed by itself, with ``privkey.pem`` beside it."""
    key = certificate.with_name("privkey.pem")
    kind = "req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 2"
    name = f"-subj /CN={host} -addext subjectAltName=DNS:{host}"
    command = f"openssl {kind} {name} -keyout {key} -out {certificate}"
    subprocess.run(shlex.split(command), check=True, capture_output=True)


async def listens(port: int, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(UP_WITHIN):
        while True:
            assert process.returncode is None
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return


async def status(port: int, path: str, body: bytes | None = None, more: str = "") -> int:
    """Ask for a path exactly as it is spelled; with a body, post it. Return the status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    method, size = ("GET", "") if body is None else ("POST", f"Content-Length: {len(body)}\r\n")
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{size}{more}\r\n"
    async with asyncio.timeout(UP_WITHIN):
        writer.write(head.encode() + (body or b""))
        answer = await reader.readline()
        writer.close()
    return int(answer.split()[1])

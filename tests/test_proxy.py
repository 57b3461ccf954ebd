"""AlloMia is reached through the proxy that the machine's environment names."""

import json
import time

import pytest
from pydantic import SecretStr

from calls.allomia import AlloMia
from calls.errors import AlloMiaUnavailable
from calls.proxy import proxy_for
from canned import Asked, canned, written
from examples import call

ELSEWHERE = "http://allomia.example"
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _none_of_this_machine_s(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("named", "address", "proxy"),
    [
        ({}, "https://allomia.com/api", None),
        ({"HTTPS_PROXY": "http://p:3128"}, "https://allomia.com/api", "http://p:3128"),
        ({"HTTPS_PROXY": "p:3128"}, "https://allomia.com", "http://p:3128"),
        ({"HTTPS_PROXY": "http://p:3128"}, "http://allomia.com", None),
        ({"ALL_PROXY": "http://p:3128"}, "https://allomia.com", "http://p:3128"),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "allomia.com"}, "https://allomia.com", None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, "https://[2001:db8::1]:4000/", None),
    ],
)
def test_which_proxy_is_named_for_an_address(
    monkeypatch: pytest.MonkeyPatch, named: dict[str, str], address: str, proxy: str | None
) -> None:
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(address) == proxy


async def test_a_call_is_placed_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Asked] = []

    def served(request: Asked) -> bytes:
        asked.append(request)
        return written(json.dumps({"outboundCallId": "out-1"}).encode(), 201)

    async with canned(served) as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        async with AlloMia(ELSEWHERE, SecretStr("k"), 5) as client:
            found = await client.create(call(), None, float("inf"))
    (request,) = asked
    assert found.outbound_call_id == "out-1"
    assert (request.method, request.target) == ("POST", f"{ELSEWHERE}/api/outbound")


@pytest.mark.parametrize("answer", [written(b"", 403), written(b"", 200), b""])
async def test_a_proxy_that_leads_nowhere_has_been_asked_to_dial_nobody(
    monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    asked: list[Asked] = []

    def served(request: Asked) -> bytes:
        asked.append(request)
        return answer

    async with canned(served) as proxy:
        monkeypatch.setenv("https_proxy", proxy)
        async with AlloMia("https://allomia.example", SecretStr("k"), 5) as client:
            with pytest.raises(AlloMiaUnavailable, match=r"allomia\.unreachable"):
                await client.create(call(), None, time.monotonic() + 9)
    assert [(one.method, one.target) for one in asked] == [("CONNECT", "allomia.example:443")]
    assert not any("authorization" in one.headers for one in asked)

"""Transcripts are fetched from the internet only, within bounds, and read as turns."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp
import pytest
from hypothesis import given, settings
from yarl import URL

from calls import turns
from calls.errors import AlloMiaUnavailable
from calls.transcripts import LARGEST, Transcripts, is_public, resolved
from calls.turns import LONGEST, MOST, Turn
from canned import canned, written
from examples import EVERY_STATE, call
from fuzz import strangers
from slack_rules.check_slack import check_view
from views import transcript
from views.text import LANGUAGES, Text

NUMBER = call().number
HOME = "http://127.0.0.1:4000"
FILE = "https://files.example/t.txt?sig=a%2Fb%3D1"
PUBLIC = {"files.example": "93.184.215.14", "other.example": "2606:2800:21f:cb07::1"}
PRIVATE = {"inside.example": "10.0.0.7", "mixed.example": "127.0.0.1"}


async def resolve(host: str, port: int) -> list[str]:
    assert port == 443
    known = PUBLIC | PRIVATE
    if host not in known:
        raise OSError("unknown")
    return [PUBLIC["files.example"], known[host]] if host == "mixed.example" else [known[host]]


def text(words: str | bytes = "Agent: Hello", status: int = 200, **headers: str) -> bytes:
    content = words if isinstance(words, bytes) else words.encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return written(content, status, named)


def moved(to: str) -> bytes:
    return text("", 302, Location=to)


@dataclass
class Led:
    """Leads requests that were meant for the internet to a server of the loopback."""

    there: URL
    meant: list[aiohttp.ClientRequest] = field(default_factory=list)
    asked: list[URL] = field(default_factory=list)

    async def __call__(
        self, request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Note where a request was to go."""
        self.meant.append(request)
        self.asked.append(request.url)
        there = self.there.join(request.url.relative())
        request.url = there
        return await send(request)


async def fetched(link: str, *answers: bytes, home: str = HOME) -> tuple[Led, str | None]:
    """Fetch a link that is answered so; ``None`` where that is refused."""
    left = iter(answers)
    async with canned(lambda _: next(left)) as address:
        led = Led(URL(address))
        async with Transcripts(home, resolve, [led]) as transcripts:
            try:
                return led, await transcripts.fetch(link)
            except AlloMiaUnavailable:
                return led, None


async def test_a_link_is_followed_to_the_address_that_was_looked_at_without_our_key() -> None:
    led, told = await fetched(FILE, text())
    (request,) = led.meant
    assert told == "Agent: Hello"
    assert str(led.asked[0]) == "https://93.184.215.14/t.txt?sig=a%2Fb%3D1"
    assert (request.headers["Host"], request.server_hostname) == ("files.example",) * 2
    assert "Authorization" not in request.headers


async def test_what_stands_at_allomia_s_own_address_is_reached_there() -> None:
    led, told = await fetched(f"{HOME}/t.txt", text("x"))
    assert (str(led.asked[0]), told) == (f"{HOME}/t.txt", "x")


async def test_only_in_a_rehearsal_links_may_lead_to_another_port_of_the_machine() -> None:
    link = "http://localhost:4001/t.txt"
    assert (await fetched(link, text("x")))[1] == "x"
    led, told = await fetched(link, text("x"), home="https://allomia.com")
    assert (led.asked, told) == ([], None)


@pytest.mark.parametrize(
    "link",
    [
        "http://files.example/t.txt",
        "https://inside.example/t.txt",
        "https://mixed.example/t.txt",
        "https://unknown.example/t.txt",
        "https://user@files.example/t.txt",
        "https://files.example:99999/t.txt",
        "http://127.0.0.2:4000/t.txt",
        "ftp://files.example/t.txt",
        "https://[::1/",
        "",
    ],
)
async def test_links_into_our_own_network_or_without_encryption_are_not_followed(
    link: str,
) -> None:
    led, told = await fetched(link, text())
    assert (led.asked, told) == ([], None)
    led, told = await fetched(FILE, moved(link), text())
    assert (len(led.asked), told) == (1 if link else 2, None if link else "Agent: Hello")


async def test_three_redirects_are_followed_and_no_fourth() -> None:
    away = [moved("https://other.example/a"), moved("/b"), moved(f"{HOME}/c")]
    led, told = await fetched(FILE, *away, text("there"))
    assert [url.host for url in led.asked] == [
        "93.184.215.14",
        "2606:2800:21f:cb07::1",
        "2606:2800:21f:cb07::1",
        "127.0.0.1",
    ]
    assert told == "there"
    led, told = await fetched(FILE, *away, moved(FILE), text())
    assert (len(led.asked), told) == (4, None)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda: text(b"x" * LARGEST), "x" * LARGEST),
        (lambda: text(b"x" * (LARGEST + 1)), None),
        (lambda: text("x", 403), None),
        (lambda: text("x", Content_Encoding="gzip"), None),
        (lambda: text(b"\xff"), "\ufffd"),
    ],
)
async def test_what_is_too_large_packed_or_refused_is_not_taken(
    answer: Callable[[], bytes], told: str | None
) -> None:
    assert (await fetched(FILE, answer()))[1] == told


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "224.0.0.1", "::1", "::"),
        *("fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "ff02::1"),
    ],
)
def test_addresses_of_one_s_own_are_none_of_the_internet(address: str) -> None:
    assert not is_public(address)
    assert is_public("93.184.215.14")
    assert is_public("64:ff9b::5db8:d70e")


async def test_the_loopback_is_found_by_its_name() -> None:
    assert all(not is_public(address) for address in await resolved("localhost", 443))


def test_who_speaks_is_known_by_the_words_of_both_languages() -> None:
    told = (
        "Clinique : Voulez-vous ne plus être appelée ?\nPatiente : Non.\nAI Agent: Bye.\nEve: Hm."
    )
    found = [turn.speaker for turn in turns.read(told, NUMBER)]
    assert found == ["assistant", "called", "assistant", "Eve"]


def test_turns_are_read_from_lines() -> None:
    told = (
        "Assistant: Hello, 514-555-1234.\n\nUser: Yes,\nI will be there.\n"
        "[00:12] Marie Tremblay: Good-bye\r\n00:15 - AI: See you at 10:30\n"
    )
    assert turns.read(told, NUMBER) == [
        Turn(speaker="assistant", words="Hello, •••• 1234."),
        Turn(speaker="called", words="Yes, I will be there."),
        Turn(speaker="Marie Tremblay", words="Good-bye"),
        Turn(speaker="assistant", words="See you at 10:30"),
    ]
    assert turns.read("no names here\nat all", NUMBER) == [
        Turn(speaker="", words="no names here at all")
    ]
    assert turns.read("", NUMBER) == []


def test_a_transcript_is_bounded() -> None:
    assert len(turns.read("User: x\n" * (MOST * 2), NUMBER)) == MOST
    (one,) = turns.read("y" * (LONGEST * 3), NUMBER)
    assert len(one.words) == LONGEST
    many = turns.read("\n".join(["z" * 900] * 5), NUMBER)
    assert all(len(turn.words) <= LONGEST for turn in many)
    assert sum(turn.words.count("z") for turn in many) == 4500


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_taken_by_slack_and_can_be_left(language: str) -> None:
    made = EVERY_STATE["detailed"]
    told = [Turn(speaker=f"<!here>{n % 7}", words="&" * 1999) for n in range(90)]
    seen = []
    for page in (0, 1, 99):
        view = transcript.render(made, told, page, Text(language))
        assert check_view(view) == []
        seen.append([one["value"] for one in view["blocks"][-1].get("elements", [])])
        assert "<!here>" not in json.dumps(view)
    assert seen[0] == ["C-7K3QF 1"]
    assert seen[1] == ["C-7K3QF 0", "C-7K3QF 2"]
    assert seen[2][0].startswith("C-7K3QF ")
    for view in (
        transcript.render(made, [], 0, Text(language)),
        transcript.heard(made, FILE, Text(language)),
        transcript.missing(made, "transcript.barred", Text(language)),
    ):
        assert check_view(view) == []


@settings(max_examples=50, deadline=None)
@given(told=strangers)
def test_no_transcript_does_harm(told: str) -> None:
    view = transcript.render(EVERY_STATE["detailed"], turns.read(told, NUMBER), 0, Text("en"))
    assert check_view(view) == []


async def test_slack_is_answered_while_a_long_transcript_is_read() -> None:
    others = 0

    async def answered() -> None:
        nonlocal others
        while True:
            others += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(answered())
    await asyncio.sleep(0)
    before = others
    told = await turns.read_apart("User: I come at nine. Do not call me again.\n" * 5000, NUMBER)
    assert others > before + 1
    before = others
    assert await turns.opting_out(told)
    assert others > before + 1
    assert len(told) == MOST
    task.cancel()

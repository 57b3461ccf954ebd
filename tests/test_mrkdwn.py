"""What strangers write never comes alive in Slack, and what is cut is cut between its parts."""

import html
import re
from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import pytest

from examples import HARMLESS, HOSTILE
from views.message import Mark
from views.mrkdwn import Mrkdwn, channel, date, escaped, shortened, user


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (HOSTILE, HARMLESS),
        ("Marie Tremblay", "Marie Tremblay"),
        ("O'Brien & Fils <inc>", "O'Brien &amp; Fils &lt;inc&gt;"),
        ("&amp;lt;!channel>", "&amp;amp;lt;!channel&gt;"),
        ("snake_case_name 5*4*3 a~b", "snake_case_name 5*4*3 a~b"),
        ("__twice__ **bold** ~~gone~~", "＿＿twice＿＿ ∗∗bold∗∗ ∼∼gone∼∼"),
        ("_*both*_ *_x_*", "＿∗both∗＿ ∗＿x＿∗"),
        ("é*accents*é", "é∗accents∗é"),
        ("```code``` and `one`", "ˋˋˋcodeˋˋˋ and ˋoneˋ"),
        ("::tada:: :+1: :a:b: 15:30:45", ":∶tada:: ∶+1: ∶a∶b: 15∶30:45"),
        (":tête: :flag-ca: at 15:30", "∶tête: ∶flag-ca: at 15:30"),
        ("> quote", "› quote"),
        (">>> long\n > quote", "›&gt;&gt; long\n › quote"),
        ("a > b", "a &gt; b"),
        ("@channel @here #general", "@channel @here #general"),
        ("", ""),
    ],
)
def test_a_strangers_text_does_not_come_alive(written: str, shown: str) -> None:
    assert escaped(written) == shown


ALIVE = re.compile(
    r"[<>`]|&(?!amp;|lt;|gt;)"  # entities that are none, links, mentions, code
    r"|(?<![0-9A-Za-z])[*_~]|[*_~](?![0-9A-Za-z])"  # formatting at the edge of a word
    r"|:[\w+'-]+:|(?m:^\s*&gt;)"  # emoji, quotes
)
BACK = str.maketrans({"∗": "*", "＿": "_", "∼": "~", "ˋ": "`", "∶": ":", "›": ">"})


def test_whatever_is_written_stays_legible_and_dead() -> None:
    every = ("".join(marks) for marks in product("*_~`<>&:aé \n", repeat=4))
    shown = {written: escaped(written) for written in every}
    alive = {written for written, seen in shown.items() if ALIVE.search(seen)}
    garbled = {w for w, seen in shown.items() if html.unescape(seen.translate(BACK)) != w}
    assert (len(shown), alive, garbled) == (12**4, set(), set())


WHOLE = re.compile(r"(?:[^&<]|&(?:amp|lt|gt);|<[^<>]*>)*…")


@pytest.mark.parametrize("most", range(1, 90))
def test_a_text_is_never_cut_inside_an_escape_or_a_mention(most: int) -> None:
    text = Mrkdwn(f"{escaped('a&b<c>d')} {user('U12345')} {date(datetime.now(UTC))}{'&amp;' * 9}")
    cut = shortened(text, most)
    assert WHOLE.fullmatch(cut)
    assert len(cut) <= most


def test_a_text_that_fits_is_not_cut() -> None:
    assert shortened(Mrkdwn("x" * 3000)) == "x" * 3000


@pytest.mark.parametrize(
    ("conversation", "link"),
    [("C123", "<#C123>"), ("G123", "<#G123>"), ("U123", "<@U123>"), ("W123", "<@W123>")],
)
def test_a_conversation_is_linked_and_a_person_mentioned(conversation: str, link: str) -> None:
    assert channel(conversation) == link


@pytest.mark.parametrize(
    "zone", [UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=45))]
)
def test_an_instant_is_shown_in_the_zone_of_whoever_looks(zone: timezone) -> None:
    at = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC).astimezone(zone)
    assert (date(at), date(at, "{time}")) == (
        "<!date^1773500966^{date_short_pretty} {time}|2026-03-14 15:09 UTC>",
        "<!date^1773500966^{time}|2026-03-14 15:09 UTC>",
    )


def test_a_message_is_found_again_by_its_mark_alone() -> None:
    mark = Mark(reference="C-7K3QF", part="card")
    metadata = {
        "event_type": "ringback_call",
        "event_payload": {"reference": "C-7K3QF", "part": "card"},
    }
    other = Mark(reference="C-7K3QF", part="completed")
    assert [mark.metadata() == metadata] + [
        mark.stands_on(found) for found in (metadata, other.metadata(), {}, None)
    ] == [True, True, False, False, False]

"""What is shown of the do-not-call list: Slack takes it in both languages, at every limit."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls import do_not_call_file
from calls.do_not_call import LONGEST_REASON, Added, Entry, Listing, reason
from calls.errors import Reason
from calls.words import clean
from calls.workspace import Workspace
from examples import ANA, HOSTILE, NOW, NUMBER
from fuzz import cases, strangers
from slack_rules.check_slack import check_view
from test_fuzz_views import of_a_message, of_a_window
from test_views import of_a_posting
from views import administration, do_not_call, do_not_call_list
from views.do_not_call_list import PER_PAGE, Place
from views.text import LANGUAGES, Text

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


def entry(n: int = 0, why: str = "", by: str = ANA) -> Entry:
    """Make the n-th entry."""
    return Entry(number=f"+1514555{n:04}", reason=why, added_by=by, added_at=NOW - timedelta(n))


LONGEST = entry(1, "<" * LONGEST_REASON, "&" * 32)
LISTINGS = {
    "empty": Listing(),
    "nothing found": Listing(sought=HOSTILE),
    "short": Listing(entries=(entry(), LONGEST), total=2),
    "first page": Listing(entries=(LONGEST,) * PER_PAGE, total=1000, sought="x" * 100),
    "in between": Listing(entries=(LONGEST,) * PER_PAGE, total=1000, first=500),
    "last page": Listing(entries=(entry(7),), total=1001, first=1000),
}
WRONG = do_not_call_file.read("Marie\n911\n" * 40, "CA", ANA, NOW).faults


@in_both_languages
@pytest.mark.parametrize("listing", LISTINGS.values(), ids=LISTINGS)
def test_slack_takes_the_list(listing: Listing, language: str) -> None:
    text = Text(language)
    for told in (None, do_not_call_list.done(Added(new=(LONGEST,), stopped=3), text)):
        view = do_not_call_list.render(listing, text, told)
        assert check_view(view) == []
        assert len(view["blocks"]) <= 100


@in_both_languages
def test_slack_takes_the_windows_and_the_answers(language: str) -> None:
    text, place = Text(language), Place(sought="<" * 100, first=980, number=NUMBER)
    views = [do_not_call_list.adding(place, text), do_not_call_list.removing(place, text)]
    home = {
        "type": "home",
        "blocks": [one.to_dict() for one in administration.entrances(text, Workspace())],
    }
    told = [
        do_not_call.usage(text),
        do_not_call.usage(text, HOSTILE * 300, administers=True),
        do_not_call.refused(Reason(key="do_not_call.no_number"), text),
        do_not_call.added(Added(new=(LONGEST,), stopped=2), text),
        do_not_call.added(Added(there=(LONGEST,)), text),
        do_not_call.checked(NUMBER, LONGEST, text),
        do_not_call.checked(NUMBER, None, text),
    ]
    assert [check_view(view) for view in (*views, home)] == [[], [], []]
    assert [of_a_posting(message) for message in told] == [[]] * len(told)
    assert [do_not_call_list.place(view) for view in views] == [place] * 2


@in_both_languages
def test_faulty_lines_are_told_as_far_as_there_is_room(language: str) -> None:
    (told,) = do_not_call_list.errors(WRONG, Text(language)).values()
    assert (len(WRONG), len(told) <= 1000, told.count("\n"), "75" in told) == (80, True, 5, True)


def test_pages_are_turned_as_far_as_there_are_any() -> None:
    def targets(listing: Listing) -> dict[str, str]:
        view = do_not_call_list.render(listing, Text("en"))
        buttons = [one for block in view["blocks"] for one in block.get("elements", [])]
        return {
            one["text"]["text"]: one["value"]
            for one in buttons
            if do_not_call_list.TURN.fullmatch(one.get("action_id", ""))
        }

    assert [targets(listing) for listing in LISTINGS.values()] == [
        {},
        {},
        {},
        {"Older": "20"},
        {"Newer": "480", "Older": "520"},
        {"Newer": "980"},
    ]


def test_only_a_person_s_id_becomes_a_mention() -> None:
    authors = [do_not_call.author(by) for by in (ANA, "import", "<!channel>", "UN autre")]
    assert authors == [f"<@{ANA}>", "import", "&lt;!channel&gt;", "UN autre"]


def test_a_reason_that_is_a_call_s_reference_is_told_as_one() -> None:
    told = [do_not_call.why(entry(0, why, ANA), Text("en")) for why in ("C-7K3QF", "C-x: asked")]
    assert told == ["Reason: what was said in the call C-7K3QF", "Reason: C-x: asked"]


def table(message: Any) -> str:  # noqa: ANN401 - a message
    """Return the list that stands in a message."""
    (block,) = (block for block in message.blocks if block["type"] == "rich_text")
    return str(block["elements"][0]["elements"][0]["text"])


@in_both_languages
def test_a_short_list_is_sent_in_parts_that_can_be_pasted_again(language: str) -> None:
    many = [entry(n, f'a, "b" & <c>\n={n} *d*') for n in range(120)]
    sent = do_not_call.sheets(many, Text(language))
    assert sent is not None
    assert [of_a_posting(message) for message in sent] == [[]] * len(sent)
    found = [do_not_call_file.read(table(one), "FR", "U1", NOW, signed=True) for one in sent]
    assert [one for sheet in found for one in sheet.entries] == many
    assert 1 < len(sent) <= do_not_call.MOST_SHEETS
    assert max(len(table(message)) for message in sent) <= do_not_call_list.LONGEST_LINES


def test_a_long_list_is_not_sent() -> None:
    assert do_not_call.sheets([entry(n, "x" * 100) for n in range(500)], Text("en")) is None


@cases(60)
@given(st.lists(strangers, min_size=3, max_size=3), st.sampled_from(LANGUAGES))
def test_whatever_strangers_write_stays_dead(words: list[str], language: str) -> None:
    text = Text(language)
    made = entry(0, reason(words[0])[:LONGEST_REASON], clean(words[1], 32) or "x")
    listing = Listing(entries=(made,), total=1, sought=clean(words[2], 100))
    assert of_a_window(do_not_call_list.render(listing, text)) == []
    assert of_a_message(do_not_call.checked(made.number, made, text)) == []


def test_a_field_that_slack_left_out_is_empty() -> None:
    states: list[Any] = [{}, {"state": None}, {"state": {"values": {"why": None}}}]
    states += [{"state": {"values": {"why": {"why": {"value": None}}}}}]
    assert [do_not_call_list.typed(view, "why") for view in states] == [""] * 4
    assert do_not_call_list.place({}) == Place()

"""The audit log's window and its file: Slack takes every page, and no cell is a formula."""

import csv
import io
from typing import Any

import pytest

from calls import audit_file
from calls.audit import COMMAND_LINE, HOME, SHORTCUT, WINDOW, Action, Deed, Leaf, Mark, of_call, row
from calls.audit import Row as Line
from examples import ANA, FRONT_DESK, HOSTILE, NOW, call
from slack_rules.check_slack import check_view
from views import audit
from views.mrkdwn import Mrkdwn
from views.text import LANGUAGES, Text

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
PLACES = (HOME, WINDOW, SHORTCUT, COMMAND_LINE, FRONT_DESK, "D0ANA00001", ANA, "", HOSTILE)


def rows(**told: str) -> list[Line]:
    """Make a row of every action, at every kind of place."""
    many = len(Action) * len(PLACES)
    return [
        of_call(
            call(),
            Deed(
                action=list(Action)[n % len(Action)],
                by=(ANA, COMMAND_LINE)[n % 2],
                place=PLACES[n % len(PLACES)],
                told=told,
            ),
            NOW,
        ).having(id=n + 1)
        for n in range(many)
    ]


def words(view: dict[str, Any]) -> str:
    """Return what a window tells."""
    return "\n".join(block["text"]["text"] for block in view["blocks"] if "text" in block)


@in_both_languages
def test_slack_takes_every_page(language: str) -> None:
    text, every = Text(language), rows(people=HOSTILE * 20, at_once="1 → 2")
    pages = [
        Leaf(rows=tuple(every[n : n + audit.PER_PAGE]), newer=True, older=True)
        for n in range(0, len(every), audit.PER_PAGE)
    ]
    drawn = [audit.render(page, text, Mrkdwn("x")) for page in (*pages, Leaf())]
    assert [check_view(view) for view in drawn] == [[]] * len(drawn)


def test_a_row_tells_who_did_what_to_which_call_where_and_when() -> None:
    placed = of_call(call(), Deed(action=Action.PLACED, by=ANA, place=FRONT_DESK), NOW)
    told = {"at_once": "2 → 3"}
    changed = Deed(action=Action.RULES_CHANGED, by=COMMAND_LINE, place=COMMAND_LINE, told=told)
    newer = row("T1", changed, NOW).having(action="<unknown>", by="<x>")
    lines = (row("T1", changed, NOW), newer, placed)
    at = "<!date^1773500966^{date_short_pretty} {time_secs}|2026-03-14 15:09 UTC>"
    assert words(audit.render(Leaf(rows=lines), Text("en"))).split("\n") == [
        f"{at} · the server's command line · changed the rules",
        "at_once: 2 → 3",
        f"{at} · &lt;x&gt; · &lt;unknown&gt; · the server's command line",
        "at_once: 2 → 3",
        f"{at} · <@{ANA}> · placed a call · C-7K3QF · •••• 1234 · <#{FRONT_DESK}>",
    ]


def test_a_person_in_a_row_is_mentioned_and_its_particulars_have_names() -> None:
    told = {"to": ANA, "drafts": "2", "at_once": "<1>"}
    line = of_call(call(), Deed(action=Action.ASSIGNED, by=ANA, told=told), NOW)
    seen = [words(audit.render(Leaf(rows=(line,)), Text(one))).split("\n")[1] for one in LANGUAGES]
    assert seen == [
        f"to: <@{ANA}>; forms: 2; at_once: &lt;1&gt;",
        f"à: <@{ANA}>; formulaires: 2; at_once: &lt;1&gt;",
    ]


def test_the_buttons_lead_to_where_there_are_rows() -> None:
    found = tuple(rows()[:2])
    seen = {}
    for newer, older in ((False, False), (True, False), (False, True), (True, True)):
        view = audit.render(Leaf(rows=found, newer=newer, older=older), Text("en"))
        elements = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
        seen[newer, older] = [
            (one["action_id"], audit.mark(one.get("value", ""))) for row in elements for one in row
        ]
    first, last = (Mark(at=NOW, id=n) for n in (1, 2))
    export = ("audit_export", None)
    assert seen == {
        (False, False): [export],
        (True, False): [("audit_newer", first), export],
        (False, True): [("audit_older", last), export],
        (True, True): [("audit_newer", first), ("audit_older", last), export],
    }


def test_no_cell_of_the_file_is_a_formula_and_all_of_it_is_read_back() -> None:
    made = of_call(call(), Deed(action=Action.MOVED, by="=cmd", place="+1", told={"é": '"\n'}), NOW)
    content = audit_file.head() + audit_file.lines([made]) + audit_file.lines([])
    assert list(csv.reader(io.StringIO(content, newline=""))) == [
        ["\ufeffat", "by", "action", "call", "number", "place", "told"],
        [NOW.isoformat(), "'=cmd", "moved", "C-7K3QF", "•••• 1234", "'+1", '{"é": "\\"\\n"}'],
    ]

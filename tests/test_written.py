"""What is written in a message is read from its blocks, its text and its attachments."""

import json
from typing import Any

import pytest
from hypothesis import given

from calls.mentions import Mention
from calls.place import Place
from examples import HOSTILE, LONGEST_WORDS
from fuzz import cases, json_values
from slack_rules.check_slack import check_view
from views import found, written
from views.form import Form
from views.text import LANGUAGES, Text

GONE = "\ufffc"


def rich(*elements: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def words(text: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"type": "text", "text": text, **more}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


SECTION = {"type": "rich_text_section", "elements": [words("514-0123 Marie")]}
BLOCKS = {
    "text": (
        rich(words("Marie "), words("514", style={"bold": True}), words("-0123")),
        "Marie 514-0123",
    ),
    "a link to dial": (
        rich(words("Marie "), {"type": "link", "url": "tel:+15145550123", "text": "514-555-0123"}),
        "Marie +15145550123",
    ),
    "a named link to dial": (
        rich({"type": "link", "url": "tel:5145550123", "text": "Marie"}),
        "5145550123 Marie",
    ),
    "a link": (
        rich({"type": "link", "url": "https://x.example/5145550123"}, words(" x")),
        f"{GONE} x",
    ),
    "people": (rich({"type": "user", "user_id": "U5145550123"}, words(" 514")), f"{GONE} 514"),
    "a list": (rich(SECTION, SECTION, kind="rich_text_list"), "514-0123 Marie\n514-0123 Marie"),
    "a quote": (rich(words("514"), words("-0123"), kind="rich_text_quote"), "514-0123"),
    "fields": (
        {"type": "section", "fields": [mrkdwn("*Patient*\nMarie"), mrkdwn("_Tél_ : `514`")]},
        "Patient\nMarie\nTél : 514",
    ),
    "a section": (
        {
            "type": "section",
            "text": mrkdwn("<@U1|ana> &amp; <tel:514|ici> <https://x|y> <!date^1^x|z>"),
        },
        f"{GONE} & 514 ici y {GONE}",
    ),
    "a header": ({"type": "header", "text": {"type": "plain_text", "text": "a * b"}}, "a * b"),
    "small print": ({"type": "context", "elements": [mrkdwn("a"), {"type": "image"}]}, "a"),
    "a table": (
        {"type": "table", "rows": [[{"type": "raw_text", "text": "Marie"}, rich(words("514"))], 5]},
        "Marie | 514\n",
    ),
    "markdown": (
        {"type": "markdown", "text": "**Marie** [514](tel:+1514) snake_case"},
        "Marie +1514 snake_case",
    ),
    "buttons": (
        {"type": "actions", "elements": [{"type": "button", "text": mrkdwn("5145550123")}]},
        "",
    ),
    "nonsense": ({"type": ["section"], "text": 5, "fields": {"a": 1}}, ""),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_read_as_it_is_seen(name: str) -> None:
    block, seen = BLOCKS[name]
    assert next(written.passages({"blocks": [block], "text": ""})) == seen


def test_a_message_is_read_from_its_beginning_to_what_is_attached() -> None:
    shared = {"message_blocks": [{"message": {"blocks": [rich(words("c"))]}}]}
    card = {"pretext": "d", "title": "e", "text": "f", "fields": [{"title": "Name", "value": "g"}]}
    message = {"blocks": [rich(words("a"))], "text": "b", "attachments": [shared, card]}
    assert list(written.passages(message)) == ["a", "b", "c", "d\ne\nf\nName\ng"]


def test_what_is_nested_without_end_is_read_to_a_depth() -> None:
    deep: dict[str, Any] = rich(words("514-555-0123"))
    for _ in range(100):
        deep = {"type": "section", "elements": [deep]}
    wide = {"type": "section", "elements": [words("x")] * 10_000}
    assert list(written.passages({"blocks": [deep]})) == ["", "", ""]
    assert len(next(written.passages({"blocks": [wide]}))) < 2 * written.MOST


@cases(60)
@given(json_values, json_values, json_values)
def test_whatever_stands_in_a_message_is_read(text: object, blocks: object, more: object) -> None:
    for part in written.passages({"text": text, "blocks": blocks, "attachments": more}):
        assert isinstance(part, str)


FORM = Form.model_validate(
    {"draft": {}, "channel": "C1", "response_url": "https://hooks.example/x"}
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("many", [2, 10, 11, 20])
def test_slack_takes_the_choice_among_numbers_and_what_was_chosen_is_read(
    many: int, language: str
) -> None:
    about = (HOSTILE + LONGEST_WORDS)[:300]
    numbers = [
        Mention(number=f"+1 514-555-{n:04}", name=f"{HOSTILE[:56]} {n}", about=about)
        for n in range(many)
    ]
    shown = FORM.having(under=Place(channel="C1", ts="1.5"))
    view = found.render(numbers, shown, Text(language))
    assert check_view(view) == []
    assert len(view["private_metadata"]) <= 3000
    last = {"selected_option": {"value": str(many - 1)}}
    read = found.read(view | {"state": {"values": {"found": {"found": last}}}})
    kept = json.loads(view["private_metadata"])["found"][-1][2]
    assert about.startswith(kept)
    draft = found.drafted(numbers[-1].having(about=kept))
    assert read == shown.having(draft=draft)


@pytest.mark.parametrize("value", ["", "7", "-1", "x"])
def test_what_was_not_offered_chooses_nothing(value: str) -> None:
    view = found.render([Mention(number="1"), Mention(number="2")], FORM, Text("en"))
    state = {"values": {"found": {"found": {"selected_option": {"value": value}}}}}
    assert found.read(view | {"state": state}) == FORM
    assert found.read({"state": state}).draft.number == ""

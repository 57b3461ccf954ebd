"""The judge of what is said to Slack: what it has found sound it does not judge again."""

from typing import Any

import pytest

from slack_rules.check_slack import check_blocks, check_view

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Marie"}}
INPUT = {
    "type": "input",
    "label": {"type": "plain_text", "text": "Name"},
    "element": {"type": "plain_text_input", "action_id": "name"},
}


def view(*blocks: object, kind: str = "modal") -> dict[str, Any]:
    title = {"type": "plain_text", "text": "Call"}
    envelope = {"title": title, "submit": title} if kind == "modal" else {}
    return {"type": kind, "blocks": list(blocks), **envelope}


def test_what_is_wrong_is_told_each_time_and_where_it_stands() -> None:
    wrong = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    for _ in range(2):
        assert check_blocks([SECTION]) == check_view(view(SECTION)) == []
        assert all("[1]" in told for told in check_blocks([SECTION, wrong]))
        assert check_blocks([SECTION, wrong])
        assert any("blocks[1]" in told for told in check_view(view(SECTION, wrong)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "section"},
        {**SECTION, "accessory": SECTION},
        {**SECTION, "block_id": 1},
        {**SECTION, "fields": ({"type": "plain_text", "text": "Marie"},)},
    ],
    ids=["lacking", "nested", "number", "tuple"],
)
def test_what_is_wrong_in_shape_is_told_beside_what_is_known_to_be_right(wrong: object) -> None:
    for _ in range(2):
        assert check_view(view(SECTION, INPUT)) == []
        assert any("blocks[2]" in told for told in check_view(view(SECTION, INPUT, wrong)))


def test_what_one_surface_takes_is_judged_for_another() -> None:
    words = {"type": "markdown", "text": "Marie"}
    for _ in range(2):
        assert check_blocks([words]) == []
        assert check_view(view(words, kind="home")) != []


def test_what_holds_for_all_blocks_together_is_judged_each_time() -> None:
    named = {**SECTION, "block_id": "marie"}
    for _ in range(2):
        assert check_view(view(named)) == []
        assert check_view(view(named, named)) == ["blocks: block_id 'marie' occurs twice [rule]"]
        assert check_blocks([SECTION] * 51) == ["blocks: 51 blocks, a message takes 50 [rule]"]
        assert check_view({**view(SECTION), "blocks": None}) != []
        assert check_view({**view(SECTION), "colour": "red"}) != []

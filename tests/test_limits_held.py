"""Slack's limits hold as slack_sdk has written them, though they are looked for once a class."""

import inspect

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import HeaderBlock, PlainTextObject

from views import limits, modal
from views.text import Text


def kinds(kind: type[JsonObject] = JsonObject) -> set[type[JsonObject]]:
    """Return all classes that can be written, those of blocks, elements and windows."""
    return {kind}.union(*(kinds(one) for one in kind.__subclasses__()))


@pytest.mark.parametrize("kind", sorted(kinds(), key=str))
def test_each_class_has_the_limits_that_slack_sdk_would_find(kind: type[JsonObject]) -> None:
    found = [name for name, member in inspect.getmembers(kind) if hasattr(member, "validator")]
    assert sorted(limits.held_by(kind)) == found
    assert found or kind is not HeaderBlock


def test_what_is_too_long_is_refused_wherever_it_stands() -> None:
    title = HeaderBlock(text=PlainTextObject(text="x" * 151))
    with pytest.raises(SlackObjectFormationError):
        title.to_dict()
    with pytest.raises(SlackObjectFormationError):
        modal.modal(Text("en"), "form.title", [title], close="form.close")

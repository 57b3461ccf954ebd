"""Why no call can be placed: beside the form's fields, or in a window where no field would help."""

from collections.abc import Iterable, Sequence
from typing import Any

from calls.errors import Reason
from calls.policy import CLOSED, ZONE_MISSING
from views import fields
from views.message import section
from views.modal import modal
from views.text import Text

LONGEST_ERROR = 1000  # characters
ASKED_LATER = {ZONE_MISSING, CLOSED}  # once the rest is right


def render(reasons: Sequence[Reason], text: Text) -> dict[str, Any]:
    """Draw the window."""
    blocks = [section(text.mrkdwn_reason(reason)) for reason in reasons]
    return modal(text, "form.title", blocks, close="details.close")


def errors(
    reasons: Sequence[Reason], text: Text, view: dict[str, Any] | None = None
) -> dict[str, str]:
    """Tell each reason beside its field, several of one field together.

    What has no field in the ``view`` stands beside the number.
    """
    rest = [reason for reason in reasons if reason.key not in ASKED_LATER]
    if rest:  # it is no refusal that the zone is still to be asked
        later = {"key": f"{CLOSED}_too"}
        rest += [reason.model_copy(update=later) for reason in reasons if reason.key == CLOSED]
    there = [block for block in (view or {}).get("blocks") or () if block.get("type") == "input"]
    inputs = {block.get("block_id") for block in there}

    def field_of(reason: Reason) -> str:
        field = reason.field or "number"
        if view is None or field in inputs:
            return field
        return fields.block_of(field, view) or "number"

    return beside(((field_of(reason), reason) for reason in rest or reasons), text)


def beside(faults: Iterable[tuple[str, Reason]], text: Text) -> dict[str, str]:
    """Tell each fault beside its field, several of one field together."""
    told: dict[str, list[str]] = {}
    for field, reason in faults:
        told.setdefault(field, []).append(text.reason(reason))
    return {field: " ".join(words)[:LONGEST_ERROR] for field, words in told.items()}

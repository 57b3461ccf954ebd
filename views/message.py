"""What is posted: a text for notifications and screen readers, blocks, and a mark to find it by."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, ContextBlock, MarkdownTextObject, SectionBlock

from calls.frozen import Frozen
from views.mrkdwn import Mrkdwn, shortened

EVENT = "ringback_call"
LONGEST_TEXT = 4000  # characters of a message's fallback


class Mark(Frozen):
    """Which call's message this is, and which of them: ``card`` or the status it announces."""

    reference: str
    part: str

    def metadata(self) -> dict[str, Any]:
        """Return the message metadata that Slack keeps beside the message."""
        return {"event_type": EVENT, "event_payload": self.model_dump()}

    def stands_on(self, metadata: object) -> bool:
        """Tell whether a message's metadata is this mark."""
        return metadata == self.metadata()


def mark_of(message: Mapping[str, Any]) -> Mark | None:
    """Return the mark of a message of Slack's, if it has one of ours."""
    metadata = message.get("metadata") or {}
    told = metadata.get("event_payload") or {}
    if metadata.get("event_type") != EVENT or not {"reference", "part"} <= told.keys():
        return None
    return Mark(reference=str(told["reference"]), part=str(told["part"]))


class Message(Frozen):
    """A message to post or to edit; ``blocks`` are plain JSON."""

    text: str
    blocks: list[dict[str, Any]]
    mark: Mark | None = None


def made(text: Mrkdwn, blocks: Sequence[Block], mark: Mark | None = None) -> Message:
    """Make a message of Slack's block models, which enforce Slack's limits."""
    return Message(
        text=shortened(text, LONGEST_TEXT), blocks=[block.to_dict() for block in blocks], mark=mark
    )


def section(text: Mrkdwn, **options: Any) -> SectionBlock:  # noqa: ANN401
    """Make a paragraph in which nothing is turned into a link that was not meant as one."""
    return SectionBlock(text=MarkdownTextObject(text=shortened(text), verbatim=True), **options)


def context(*texts: Mrkdwn) -> ContextBlock:
    """Make a line in small print."""
    return ContextBlock(
        elements=[MarkdownTextObject(text=shortened(text), verbatim=True) for text in texts]
    )


def note(text: Mrkdwn) -> Message:
    """Make a message of one paragraph, with its own text as the fallback."""
    return made(text, [section(text)])

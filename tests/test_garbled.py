"""An answer of Slack's that says nothing is no fault of ours: what was asked may have been done."""

import pytest

from canned import canned, written
from handlers.client import Client, Unreadable, session, word
from handlers.delivery import Later
from handlers.messages import Messages
from views.message import Message

JSON = "application/json"
GARBLED = {
    "a page": (b"<html>", "text/html"),
    "nothing": (b"", JSON),
    "no object": (b"[1]", JSON),
    "bytes that are no text": (b'{"ok": true, "ts": "\xff"}', JSON),
    "an alphabet that nobody knows": (b'{"ok": true}', f"{JSON}; charset=nonsense-8"),
    "nested too deeply": (b'{"ok":' + b"[" * 100_000, JSON),
}


@pytest.mark.parametrize("answer", GARBLED.values(), ids=GARBLED)
async def test_a_message_that_slack_answers_garbled_may_have_been_posted(
    answer: tuple[bytes, str],
) -> None:
    content, kind = answer
    reply = written(content, headers={"Content-Type": kind})
    async with canned(lambda _: reply) as address, session() as shared:
        client = Client(token="xoxb-1", base_url=f"{address}/", session=shared, retry_handlers=[])
        with pytest.raises(Later) as fault:
            await Messages(client).post(Message(text="told", blocks=[]), "C1")
    assert fault.value.stored


def test_such_an_answer_has_a_word_of_its_own() -> None:
    assert word(Unreadable()) == "unreadable"

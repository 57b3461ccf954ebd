"""Where Slack takes no message: what its words for that mean."""

from calls.errors import Reason
from calls.model import Call

CONVERSATIONS = {
    "is_archived": "archived",
    "channel_not_found": "cannot_post",
    "not_in_channel": "cannot_post",
    "shared": "shared",
}
THREADS = {  # the thread only: the conversation may take a message all the same
    "cannot_reply_to_message",
    "message_not_found",
    "restricted_action_non_threadable_channel",
    "restricted_action_thread_locked",
    "thread_locked",
    "thread_not_found",
}


def reason(call: Call, error: str) -> Reason:
    """Tell why a call's message cannot be posted, and so nobody is dialled."""
    return Reason(
        key=f"cancelled.{CONVERSATIONS.get(error, 'not_taken')}",
        values={"channel": call.channel, "error": error},
    )

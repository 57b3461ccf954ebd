"""What Slack is answered within its three seconds, and that it is not forgotten meanwhile."""

from slack_bolt import BoltResponse
from slack_bolt.context.ack.async_ack import AsyncAck


class Ack(AsyncAck):
    """An acknowledgement that stays.

    Bolt looks for it every ten milliseconds, and forgets it where the listener fails before that.
    """

    def __init__(self) -> None:
        self._said: BoltResponse | None = None

    @property
    def response(self) -> BoltResponse | None:
        """What is acknowledged, once it is."""
        return self._said

    @response.setter
    def response(self, said: BoltResponse | None) -> None:
        self._said = said or self._said

"""Requests to Slack that must not get lost, each with one clear end: done, later, or never."""

import logging
import time
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.client import (
    ANY_TIME,
    DEAD_TOKEN,
    PAUSE,
    TROUBLE,
    leaving_before,
    retry_after,
    status,
    unsent,
    word,
)

log = logging.getLogger(__name__)

LIMITED = frozenset({"ratelimited", "rate_limited"})  # Slack spells it both ways
FAULTS = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
MOVING = frozenset({"team_added_to_org", "org_login_required", "external_channel_migrating"})
PASSING = FAULTS | MOVING | {"update_failed"}


class Later(Exception):
    """Slack did not take it now.

    ``after`` are the seconds that Slack wants waited, ``stored`` tells that it may have been taken
    all the same, ``parked`` that nothing will go until a working token is set.
    """

    def __init__(
        self, after: float | None = None, *, stored: bool = False, parked: bool = False
    ) -> None:
        super().__init__(after)
        self.after = after
        self.stored = stored
        self.parked = parked


class Never(Exception):
    """Slack will not take it; ``error`` is Slack's own word for why."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Delivery:
    """Send requests, each under a name: a rate limit holds what goes by that name, nothing else."""

    def __init__(self) -> None:
        self._held: dict[str, float] = {}
        self._dead: set[str] = set()  # the methods for which the token is

    async def send(
        self,
        name: str,
        request: Coroutine[Any, Any, AsyncSlackResponse],
        deadline: float = ANY_TIME,
    ) -> dict[str, Any]:
        """Send a request, unless its name is held; raise ``Later`` or ``Never``.

        It leaves before ``deadline``, an instant of the monotonic clock in seconds, or not at all.
        """
        left = self._held.get(name, 0) - time.monotonic()
        if left > 0:
            request.close()
            raise Later(left)
        try:
            with leaving_before(deadline):
                answer = await request
        except SlackApiError as error:
            raise self._sorted(name, error) from None
        except TROUBLE as fault:
            raise Later(stored=not unsent(fault)) from None
        self._dead.discard(name.split(maxsplit=1)[0])
        return answer.data if isinstance(answer.data, dict) else {}

    def _hold(self, name: str, seconds: float) -> None:
        at = time.monotonic()
        self._held = {held: until for held, until in self._held.items() if until > at}
        self._held[name] = at + seconds

    def _sorted(self, name: str, error: SlackApiError) -> Later | Never:
        told, answered = word(error), status(error)
        if answered == HTTPStatus.TOO_MANY_REQUESTS or told in LIMITED:
            after = retry_after(error) or PAUSE
            self._hold(name, after)
            return Later(after)
        if told in DEAD_TOKEN:
            if not self._dead:  # said once, or each waiting job would say it each minute
                log.error("Slack does not accept the bot token", extra={"error": told})
            self._dead.add(name.split(maxsplit=1)[0])
            return Later(parked=True)
        unsaid = told == f"http_{answered}"
        if unsaid or answered >= HTTPStatus.INTERNAL_SERVER_ERROR or told in PASSING:
            return Later(stored=True)
        return Never(told)

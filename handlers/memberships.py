"""Which conversations a person is a member of, as Slack told it within the last minutes."""

import logging
import time
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from calls.model import Call
from handlers.delivery import Delivery, Later, Never

log = logging.getLogger(__name__)

FRESH = 300.0  # seconds for which Slack is not asked again
KINDS = "public_channel,private_channel,mpim"
A_PAGE, PAGES = 999, 20  # conversations in one answer, and answers that are read
MOST = 10_000  # people who are remembered

Who = tuple[str, str]  # team, person
NONE: frozenset[str] = frozenset()


class Memberships:
    """Ask Slack with one request a person; where it does not tell, they are in none."""

    def __init__(self, client: AsyncWebClient, delivery: Delivery) -> None:
        self._client = client
        self._delivery = delivery
        self._told: dict[Who, tuple[float, frozenset[str]]] = {}

    def known(self, who: Who) -> frozenset[str] | None:
        """Return a person's conversations, where Slack has told them within the last minutes."""
        at, found = self._told.get(who, (0.0, None))
        return found if time.monotonic() - at < FRESH else None

    async def of(self, who: Who) -> frozenset[str]:
        """Return the conversations that a person is in and that the app can see."""
        known = self.known(who)
        if known is not None:
            return known
        try:
            found = await self._ask(who[1])
        except (Later, Never) as fault:
            error = fault.error if isinstance(fault, Never) else "later"
            log.warning("Slack did not tell a person's conversations", extra={"error": error})
            return NONE
        if len(self._told) >= MOST:
            del self._told[next(iter(self._told))]
        self._told[who] = time.monotonic(), found
        return found

    async def sees(self, who: Who, call: Call) -> bool:
        """Tell whether a person may see a call.

        Who asked for it may, who sees to it, and who is where it reports.
        """
        return who[1] in {call.asked_by, call.assigned_to} or call.channel in await self.of(who)

    async def _ask(self, person: str) -> frozenset[str]:
        found: set[str] = set()
        cursor: str | None = None
        for _ in range(PAGES):
            asked: dict[str, Any] = {"user": person, "types": KINDS, "limit": A_PAGE}
            sent = self._client.users_conversations(**asked, cursor=cursor)
            answer = await self._delivery.send("users.conversations", sent)
            found |= {str(one.get("id")) for one in answer.get("channels") or []}
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return frozenset(found)

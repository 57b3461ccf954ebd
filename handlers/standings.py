"""Who may place calls and who administers them, as Slack tells and has told within the hour."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from calls.rules import Rules
from calls.standing import Standing
from handlers.client import TIMEOUT
from handlers.conversations import Conversations
from handlers.delivery import Delivery, Later, Never
from handlers.memory import KEPT, Memory

T = TypeVar("T")

log = logging.getLogger(__name__)

FRESH = 300.0  # seconds for which somebody is taken to be what they were
ROLES = ("is_admin", "is_owner", "is_primary_owner")

Fact = tuple[str, ...]
"""``team, person``: an administrator? ``team, person, channel``: a member?"""


class Standings:
    """Ask Slack about people, and remember what it told.

    With Slack unable to answer nobody new is let in, and nobody is locked out who was let in
    within the hour.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        delivery: Delivery,
        conversations: Conversations,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._delivery = delivery
        self._conversations = conversations
        self._memory: Memory[Fact, bool] = Memory(clock)

    async def administers(
        self, team: str, person: str, rules: Rules, within: float = TIMEOUT, fresh: float = 0
    ) -> bool | None:
        """Tell whether somebody is an administrator; ``None`` where Slack does not say.

        Slack is asked anew unless it told so ``fresh`` seconds ago at most.
        """
        if person in rules.administrators:
            return True
        return await self._fact((team, person), within, fresh)

    async def in_any(
        self, team: str, person: str, channels: Iterable[str], within: float = TIMEOUT
    ) -> bool:
        """Tell whether somebody is a member of a channel; where Slack does not say, of none."""
        facts = [(team, person, channel) for channel in channels]
        return any(await asyncio.gather(*(self._fact(one, within) for one in facts)))

    async def of(self, team: str, person: str, rules: Rules, within: float = TIMEOUT) -> Standing:
        """Return what Slack tells of somebody, as far as the rules leave it to Slack."""
        if self.known(team, person, rules) is None:
            facts = _facts(team, person, rules)
            await asyncio.gather(*(self._fact(one, within) for one in facts))
        return self._recalled(team, person, rules, KEPT)

    def known(self, team: str, person: str, rules: Rules) -> bool | None:
        """Tell whether somebody may place calls; ``None`` where Slack has to be asked for that."""
        if self._recalled(team, person, rules, FRESH).let_in(rules):
            return True
        told = [self._memory.recall(fact, FRESH) for fact in _facts(team, person, rules)]
        return None if None in told else False

    def _recalled(self, team: str, person: str, rules: Rules, age: float) -> Standing:
        told = {fact for fact in _facts(team, person, rules) if self._memory.recall(fact, age)}
        return Standing(
            person=person,
            administers=(team, person) in told,
            member_of=frozenset(fact[-1] for fact in told if fact[2:]),
        )

    async def close(self) -> None:
        """Ask nothing more."""
        await self._memory.close()

    async def _fact(self, fact: Fact, within: float, fresh: float = FRESH) -> bool | None:
        """Learn something within so many seconds, else return what was told within the hour."""

        async def asked() -> bool:
            return await (self._member(*fact[1:]) if fact[2:] else self._administrator(fact[1]))

        try:
            async with asyncio.timeout(within):
                return await self._memory.learn(fact, asked, fresh)
        except (Later, TimeoutError):
            return self._memory.recall(fact)

    async def _administrator(self, person: str) -> bool:
        asked = self._client.users_info(user=person)
        answer = await _told(self._delivery.send("users.info", asked))
        user: Any = answer.get("user")
        if not isinstance(user, dict):
            raise Later
        return user.get("deleted") is not True and any(user.get(role) is True for role in ROLES)

    async def _member(self, person: str, channel: str) -> bool:
        return await _told(self._conversations.holds(channel, person))


def _facts(team: str, person: str, rules: Rules) -> list[Fact]:
    """Return what would let somebody in, each by itself."""
    return [(team, person), *((team, person, channel) for channel in rules.channels)]


async def _told(asked: Awaitable[T]) -> T:
    """Return what Slack tells; where it will never tell that, it cannot answer now either."""
    try:
        return await asked
    except (Later, Never) as fault:
        error = fault.error if isinstance(fault, Never) else "no_answer"
        log.warning("Slack did not say who may place calls", extra={"error": error})
        raise Later from None

"""``/call stats``: what the calls of some days came to."""

import logging

from calls import period
from calls.errors import DatabaseAway
from handlers.desk import AT_ONCE, Visit
from handlers.grammar import Typed
from views import answer
from views import statistics as face

log = logging.getLogger(__name__)


async def asked(typed: Typed, visit: Visit) -> None:
    """Tell who asked; where Slack refuses the charts, in words."""
    visit = await visit.in_their_language(within=AT_ONCE)
    days = period.days(typed.rest)
    if days is None:
        await visit.tell(answer.said(visit.text, "statistics.trouble.usage"))
        return
    try:
        found = await visit.desk.switchboard.statistics.of(visit.team, days, fresh=0)
    except DatabaseAway:
        log.warning("The database did not count the calls")
        await visit.tell(answer.said(visit.text, "statistics.trouble.away"))
        return
    drawn = face.render(found, days, visit.text)
    messages, url = visit.desk.messages, visit.response_url
    if not (url and await messages.whisper(drawn, url)):
        await visit.tell(face.plain(found, days, visit.text))

"""AlloMia's call log, as documented at docs.allomia.com: look for a call's record, and read it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import quote

from calls import call_log_answers, correlation
from calls.allomia import AlloMia
from calls.allomia_answers import Answer
from calls.call_log_answers import Entry
from calls.correlation import ASKED
from calls.errors import AlloMiaUnavailable, Reason
from calls.model import Call
from calls.record import Record

LIMITS = (50, 20)  # entries a page: what is documented now, and what was before
MOST_PAGES = 20  # a log in which the record stands further back is not read to its end

ANYBODY = "+15145550000"  # where no number matters
TOO_LONG = Reason(key="look.trouble")


class CallLog:
    """The log of one organization, read through a client of its own: nobody else waits for it."""

    def __init__(self, allomia: AlloMia, organization: str) -> None:
        self._allomia = allomia
        self._organization = organization
        self._limit = LIMITS[0]
        self._same_ids = True
        """Whether a call's id may be its record's, as far as has been seen."""

    async def found(self, call: Call, others: Sequence[Call], now: datetime) -> Record | None:
        """Look for the record of a call that is over; ``others`` are calls to the same number.

        ``None``: there is none yet, or it cannot be told which. Raises ``AlloMiaUnavailable``.
        """
        if call.record:
            return await self.record(call.record.id, call.number)
        if self._same_ids and call.outbound_call_id:
            answer = await self._read(call.outbound_call_id)
            if _is_of(answer, call):
                return call_log_answers.record(answer, call.number)
        entry = correlation.match(call, await self._entries(call, now), others, now)
        if entry is None or entry.id is None:
            return None
        self._same_ids = self._same_ids and entry.id == call.outbound_call_id
        return await self.record(entry.id, call.number)

    async def record(self, name: str, number: str) -> Record:
        """Read a record: ``GET /api/calls/{id}``; raises ``AlloMiaUnavailable``."""
        return call_log_answers.record(await self._read(name), number)

    async def link(self, name: str, field: str) -> object:
        """Ask for one of a record's links, which live for an hour; nothing of it is kept."""
        answer = await self._read(name)
        call_log_answers.record(answer, ANYBODY)
        return call_log_answers.fields(answer).get(field)

    async def known(self) -> None:
        """Raise ``AlloMiaUnavailable`` where the log cannot be read."""
        call_log_answers.page(await self._list(1, limit="1"), ANYBODY, 1)

    async def _read(self, name: str) -> Answer:
        path = f"/api/calls/{quote(name, safe='')}"
        return await self._allomia.ask("record", path, {"organizationId": self._organization})

    async def _entries(self, call: Call, now: datetime) -> list[Entry]:
        """Read every page about the time of a call: ``GET /api/calls``."""
        span = correlation.span(call, now)
        window = {"from": _iso(span.start - ASKED), "to": _iso(span.end + ASKED)}
        found: list[Entry] = []
        for number in range(1, MOST_PAGES + 1):
            page = await self._page(number, call, window)
            found += page.entries
            if not page.more:
                return found
        raise AlloMiaUnavailable(TOO_LONG)

    async def _page(self, number: int, call: Call, window: dict[str, str]) -> call_log_answers.Page:
        answer = await self._list(number, limit=str(self._limit), **window)
        if answer.status == HTTPStatus.BAD_REQUEST and number == 1 and self._limit != LIMITS[-1]:
            self._limit = LIMITS[-1]
            answer = await self._list(number, limit=str(self._limit), **window)
        return call_log_answers.page(answer, call.number, self._limit)

    async def _list(self, number: int, **more: str) -> Answer:
        asked = {"organizationId": self._organization, "callType": "Outbound", "page": str(number)}
        return await self._allomia.ask("calls", "/api/calls", asked | more)


def _is_of(answer: Answer, call: Call) -> bool:
    return answer.status == HTTPStatus.OK and call_log_answers.same_party(
        answer, call.number, call.assistant_id
    )


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

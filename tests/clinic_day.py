"""A day of a clinic, in which the app is killed at noon; whoever works there calls patients."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import update

from calls import tables
from calls.agenda import Kind
from calls.clock import now
from calls.model import Call
from calls.status import Status
from flow import SOON, calls_in, database_of, hurry, noted, quiet
from house import House, text_of
from lives import Lives
from patients import Patient, of_the_day
from pressed import form_of, seeing
from prove import sized
from sandbox.allomia import Stage
from sandbox.allomia_calls import PlacedCall
from sandbox.workspace import FRONT_DESK, PRIVATE
from stories import COMES_STILL, FIVE_MINUTES
from test_details import WITH_LOG
from test_later import WHOSE, day

CALLS = sized(28, 120)
PATIENCE = float(sized(60, 240))  # seconds
DAY = {
    **WITH_LOG,
    "ALLOMIA_TIMEOUT": "3",
    "UNDO_SECONDS": "1",
    "DIAL_WITHIN": "600",
    "GIVE_UP_AFTER": "600",
}
AFTERNOON = {"at once", "never again", "French"}  # beside who is called in the morning
TWICE = {"called twice", "called twice, once without record"}
AT_NOON = {"on the line", "ended, not told", "dialling", "queued"}
WAITING = re.compile("Attempt 2 of 3|Tentative 2 sur 3")


class Day:
    """The clinic's patients, and who calls them."""

    def __init__(self, house: House, lives: Lives) -> None:
        self.house, self.lives = house, lives
        self.patients = of_the_day(house, CALLS)
        self.arrived = 0  # requests to dial
        house.environ |= DAY
        house.allomia.on_create = self._arrived

    def _arrived(self, stage: Stage, _call: PlacedCall | None) -> None:
        self.arrived += stage == "arrived"

    def of(self, *kinds: str) -> list[Patient]:
        """Return the patients with some stories."""
        return [patient for patient in self.patients if patient.kind in kinds]

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds."""
        await self.house.slack.until(condition, PATIENCE)

    async def all(self, so: Callable[[Patient], object], patients: Collection[Patient]) -> None:
        """Wait until all of some patients are so."""
        missing = set[str]()

        def seen() -> bool:
            missing.clear()
            missing.update(f"{one.name} ({one.kind})" for one in patients if not so(one))
            return not missing

        try:
            await self.until(seen)
        except AssertionError as failure:
            failure.add_note(f"Not so: {sorted(missing)}")
            raise

    async def call(self, patients: Collection[Patient]) -> None:
        """Let those who work here call patients, one after the other."""
        for one in patients:
            answer = await one.asker.command(f"now {one.number} {one.name}", one.story.channel)
            assert (answer.status, answer.text) == (200, ""), answer

    async def call_again(self, one: Patient) -> None:
        """Let them call somebody whom they have just called, which the form asks to confirm."""
        await one.asker.command(f"now {one.number} {one.name}", one.story.channel)
        form = await self.house.slack.until(lambda: one.asker.modal)
        (block,) = (block for block in form.blocks if block["block_id"] == "confirm")
        before = len(await noted(self.house))
        await one.asker.submit(form)
        assert (form.is_open, len(await noted(self.house))) == (True, before)
        await one.asker.submit(form, {"confirm": [block["element"]["options"][0]["value"]]})
        assert not form.is_open

    async def schedule(self, one: Patient, ahead: int) -> None:
        """Let Ana schedule a call for half past ten of a later day."""
        form = await form_of(self.house, self.house.ana)
        await seeing(self.house, self.house.ana, WHOSE)
        when = {"when_day": day(ahead, "America/Toronto"), "when_time": "10:30"}
        await self.house.ana.submit(form, {"number": one.number, "name": one.name, **when})
        await self.until(lambda: one.cards and "Scheduled for" in text_of(one.cards[0]))

    async def morning(self) -> None:
        """Call whom AlloMia never answers for, and then most others."""
        await self.house.benoit.command("help", FRONT_DESK)  # his language is learnt
        await self.until(lambda: self.house.slack.said("users.info"))
        lost = self.of("unanswered")
        self.house.allomia.answer_create(hang=True, times=len(lost))
        await self.call(lost)
        await self.until(lambda: self.arrived == len(lost))
        kept = {"unanswered", "scheduled", *AT_NOON, *AFTERNOON}
        early = [one for one in self.patients if one.kind not in kept]
        twice = self.of(*TWICE)
        for one in early:
            missed = one.story.status in {"busy", "no-answer"}
            one.plan(ago=9 if one in twice else 16 if missed else None)
        await self.call(early)
        for one in self.of("scheduled"):
            await self.schedule(one, 1)

        def heard(one: Patient) -> object:
            waits = one.story.status in {"busy", "no-answer"}
            return WAITING.search(self.seen(one)) if waits else one.replies

        await self.all(heard, [*early, *lost])

    async def noon(self) -> None:
        """Have a call in each state that there is, kill the app, and let them go on without it."""
        on_the_line, untold = self.of("on the line"), self.of("ended, not told")
        for one in self.of(*AT_NOON):
            one.plan()
        await self.call([*on_the_line, *untold])
        await self.all(lambda one: "Calling" in self.seen(one), on_the_line + untold)
        self.house.slack.fail("chat.postMessage", status=503, channel=PRIVATE, times=None)
        for one in untold:
            await one.end(ring=1)
        await self.are(untold, lambda call: call.outcome and not call.announced)
        cut_off = self.of("dialling")
        for n in range(len(cut_off)):
            self.house.allomia.answer_create(hang=True, place=bool(n % 2))
        arrived = self.arrived
        await self.call(cut_off)
        await self.until(lambda: self.arrived == arrived + len(cut_off))
        await self.call(self.of("queued"))
        self.lives.kill()
        await self.lives.ended()
        stand = Counter(call.status for call in await noted(self.house))
        assert (stand[Status.DIALLING], stand[Status.CALLING]) == (len(cut_off), len(on_the_line))
        for n, one in enumerate(on_the_line):
            await one.end(ring=n % 2)
        self.house.slack.mend()
        self.house.allomia.mend()

    def seen(self, one: Patient) -> str:
        """Return what the newest message of calls to somebody shows."""
        return text_of(one.cards[-1]) if one.cards else ""

    async def are(self, patients: Collection[Patient], so: Callable[[Call], object]) -> None:
        """Wait until the calls to some patients are so."""
        numbers = {one.number for one in patients}
        async with database_of(self.house) as database, asyncio.timeout(PATIENCE):
            while True:
                if all(so(c) for c in await calls_in(database) if c.number in numbers):
                    return
                await asyncio.sleep(SOON)

    async def afternoon(self) -> None:
        """Call the rest, some of them for the second time, and let the hours pass."""
        refused = self.of("never again, in French")
        for one in refused:
            one.plan("completed")
        for one in self.of(*TWICE):
            one.plan(comes=COMES_STILL, ago=1)
        for one in [*refused, *self.of(*TWICE)]:
            await self.call_again(one)
        rest = self.of(*AFTERNOON)
        for one in [*rest, *self.of("scheduled")]:
            one.plan()
        await self.call(rest)
        # It is by their wish that nothing follows, and not since they were reached.
        await self.all(lambda one: one.account[0].told, refused)
        for one in self.of("busy, then reached", "busy, then voicemail"):
            one.plan("completed")
        cut_off = [one for one in self.of("dialling") if self.house.allomia.dialled(one.number)]
        await self.all(lambda one: one.replies, self.of("dialling"))
        for one in cut_off:
            await one.end(ring=1)
        for record in self.house.allomia.call_log.records:
            record.seen_at -= FIVE_MINUTES
        # A record is looked for long before the next attempt is due.
        await self.detailed(self.of("no answer, but a voicemail"))
        await self.pass_()

    async def detailed(self, patients: Collection[Patient]) -> None:
        """Let the records of the first calls to some patients be looked for, and found."""
        kind = tables.jobs.c.kind == Kind.DETAILS
        async with database_of(self.house) as database, database.write() as connection:
            await connection.execute(update(tables.jobs).where(kind).values(due=now()))
        await self.are(patients, lambda call: call.record or call.attempt > 1)

    async def pass_(self) -> None:
        """Let time pass until nothing more happens by itself.

        Records are looked for at their own pace, a few at once; an hour after a call no more.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE / 2):
                while any(one.account != one.truth for one in self.patients):
                    await hurry(self.house, tables.jobs.c.kind != Kind.DETAILS)
                    await asyncio.sleep(1)
        async with asyncio.timeout(PATIENCE):
            while True:
                await self._given_up()
                await hurry(self.house)
                with suppress(TimeoutError):
                    return await quiet(self.house, 1.0)

    async def _given_up(self) -> None:
        """Let two hours have passed since calls ended that have no record yet."""
        async with database_of(self.house) as database:
            over = [call for call in await calls_in(database) if call.outcome and not call.record]
            async with database.write() as connection:
                for call in sorted(over, key=lambda call: call.reference):
                    assert call.outcome
                    aged = call.outcome.having(noted_at=now() - timedelta(hours=2))
                    changed = {"outcome": aged.model_dump(mode="json")}
                    this = tables.calls.c.reference == call.reference
                    await connection.execute(update(tables.calls).where(this).values(changed))

"""Calls in every state, ordinary and hostile, for the tests of what people see."""

from datetime import UTC, datetime, timedelta

from calls.chain import Again, Attempt, Chain
from calls.erased import settled
from calls.errors import Reason
from calls.event import Event
from calls.model import Call
from calls.note import Note
from calls.outcome import Outcome
from calls.record import Record
from calls.status import Status

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
ANA, BENOIT = "UANA00001", "UBENOIT02"
FRONT_DESK = "C0FRONTDESK"
ASSISTANT = "11111111-2222-4333-8444-555555555555"
CALLER = "99999999-8888-4777-8666-555555555555"
NUMBER = "+15145551234"

HOSTILE = '*bold* <!channel> <@U1> <http://x|y> :tada: _i_ ~s~ `c` & "'
HARMLESS = '∗bold∗ &lt;!channel&gt; &lt;@U1&gt; &lt;http://x|y&gt; ∶tada: ＿i＿ ∼s∼ ˋcˋ &amp; "'
LONGEST_NAME = "&<" * 50
LONGEST_WORDS = "<&*_~`:a:" * 34  # cut at 300 by who reads AlloMia's answers


def call(status: Status = Status.QUEUED, **changes: object) -> Call:
    """Make a call that Ana asked for."""
    made = Call(
        number=NUMBER,
        name="Marie Tremblay",
        assistant_id=ASSISTANT,
        phone_number_id=CALLER,
        variables={"reason": "broken wrist"},
        team="T1",
        channel=FRONT_DESK,
        asked_by=ANA,
        language="en",
        gesture="V1",
        reference="C-7K3QF",
        status=status,
        placed_at=NOW,
        due_at=NOW,
    )
    return made.having(**changes)


def outcome(status: Status, duration: float | None = None, why: str | None = None) -> Outcome:
    """Make what AlloMia says in the end."""
    return Outcome(status=status, word=status.value, duration=duration, ended_reason=why)


def said(words: str, field: str | None = None) -> Reason:
    """Make a particular in AlloMia's own words."""
    return Reason(key="allomia.said", values={"words": words}, field=field)


NOTHING = Reason(key="look.nothing")
TROUBLE = Reason(key="allomia.trouble", values={"status": "502"})
INVALID = Reason(
    key="allomia.invalid",
    values={"status": "400", "assistant": ASSISTANT, "caller": CALLER},
    parts=(said("too short", "number"), said("try again")),
)
BARRED = Reason(
    key="refused.number.country_barred", values={"country": "CA", "allowed": "FR"}, field="number"
)
RULES = Reason(key="refused.rules", parts=(BARRED,))
UNWRITABLE = Reason(
    key="cancelled.cannot_post", values={"channel": FRONT_DESK, "error": "not_in_channel"}
)

RECORD = Record(
    id="rec-1",
    outcome="appointment_confirmed",
    sentiment="positive",
    intent="confirm <!here>",
    summaries={"en": "She will come.", "fr": "Elle viendra."},
    ended_reason="customer-ended-call",
    duration=102,
    transcript=True,
    recording=True,
)

THREE = Again(most=3, minutes=15)
FIRST = Attempt(reference="C-22222", status=Status.BUSY, ended_at=NOW)
SECOND = Attempt(reference="C-33333", status=Status.NO_ANSWER, ended_at=NOW + timedelta(minutes=20))


def attempt(status: Status, *earlier: Attempt, **changes: object) -> Call:
    """Make an attempt, of three at most, that follows others."""
    chain = Chain(number=len(earlier) + 1, earlier=earlier)
    ended = None if status.live else NOW + timedelta(minutes=40)
    told = {"again": THREE, "chain": chain, "ended_at": ended}
    return call(status, **told | changes)


EVERY_STATE = {
    "queued": call(),
    "postponed": call(reason=Reason(key="allomia.busy")),
    "scheduled": call(hour=NOW + timedelta(days=1), zone="America/Toronto"),
    "scheduled, nobody knows where": call(hour=NOW + timedelta(days=1)),
    "stopped": call(reason=Reason(key="waiting.stopped", values={"person": BENOIT})),
    "in line": call(reason=Reason(key="waiting.in_line", values={"most": "2"})),
    "dialling": call(Status.DIALLING),
    "calling": call(Status.CALLING, outbound_call_id="out-1", contact_id="con-1"),
    "calling, unseen": call(Status.CALLING, reason=Reason(key="look.key")),
    "completed": call(
        Status.COMPLETED, outcome=outcome(Status.COMPLETED, 102, "customer-ended-call")
    ),
    "detailed": call(Status.COMPLETED, outcome=outcome(Status.COMPLETED, 102), record=RECORD),
    "voicemail": call(
        Status.COMPLETED,
        outcome=outcome(Status.COMPLETED, 12, "voicemail"),
        record=Record(id="rec-1", outcome="voicemail_left", summaries={"fr": "Personne."}),
    ),
    "busy": call(Status.BUSY, outcome=outcome(Status.BUSY, 0)),
    "no-answer": call(Status.NO_ANSWER, outcome=outcome(Status.NO_ANSWER)),
    "failed": call(Status.FAILED, outcome=outcome(Status.FAILED)),
    "ended": call(Status.ENDED, outcome=Outcome(status=Status.ENDED, word="voicemail")),
    "refused": call(Status.REFUSED, reason=INVALID),
    "refused by the rules": call(Status.REFUSED, reason=RULES),
    "unknown": call(Status.UNKNOWN, reason=TROUBLE),
    "unknown, looked": call(
        Status.UNKNOWN, reason=TROUBLE, hinted_id="out-1", looked_at=NOW, looked=NOTHING
    ),
    "cancelled by hand": call(
        Status.CANCELLED, reason=Reason(key="cancelled.by_person"), by=BENOIT
    ),
    "cancelled, late": call(
        Status.CANCELLED, reason=Reason(key="cancelled.late", parts=(Reason(key="allomia.busy"),))
    ),
    "cancelled, its hour missed": call(
        Status.CANCELLED, hour=NOW, thread="1.0", reason=Reason(key="cancelled.missed")
    ),
    "cancelled, unwritable": call(Status.CANCELLED, reason=UNWRITABLE),
    "opted out": call(
        Status.COMPLETED,
        outcome=outcome(Status.COMPLETED, 9),
        record=Record(id="rec-1", outcome="do_not_call"),
        opted_out=True,
        assigned_to=BENOIT,
        notes=tuple(Note(at=NOW, by=BENOIT, text=f"Wrote letter {n}.") for n in range(3)),
    ),
    "opted out, confirmed": call(
        Status.NO_ANSWER, opted_out=True, listed_by=ANA, done_by=ANA, done_at=NOW
    ),
    "done": call(Status.BUSY, assigned_to=BENOIT, done_by=ANA, done_at=NOW),
}

ATTEMPTS = {
    "first attempt": attempt(Status.CALLING),
    "second attempt": attempt(Status.QUEUED, FIRST, hour=NOW + timedelta(minutes=15)),
    "second attempt, tomorrow": attempt(Status.QUEUED, FIRST, hour=NOW + timedelta(days=1)),
    "second attempt, no more": attempt(
        Status.CALLING,
        FIRST,
        chain=Chain(
            number=2, earlier=(FIRST,), over=Reason(key="again.stopped", values={"person": ANA})
        ),
    ),
    "attempts stopped": attempt(
        Status.CANCELLED, FIRST, reason=Reason(key="cancelled.by_person"), by=BENOIT
    ),
    "attempts refused": attempt(Status.REFUSED, FIRST, SECOND, reason=RULES),
    "attempts missed": attempt(
        Status.BUSY, FIRST, SECOND, outcome=outcome(Status.BUSY, 0, "customer-busy")
    ),
    "its hour missed": attempt(
        Status.CANCELLED, FIRST, hour=NOW, reason=Reason(key="cancelled.missed")
    ),
    "attempts over": attempt(
        Status.BUSY,
        outcome=outcome(Status.BUSY),
        chain=Chain(over=Reason(key="again.rules", parts=(BARRED,))),
    ),
    "reached at last": attempt(
        Status.COMPLETED, FIRST, SECOND, outcome=outcome(Status.COMPLETED, 102)
    ),
}


def _longest(made: Call) -> Call:
    """Make a call's every part as long and as hostile as it can be."""
    reason = made.reason and made.reason.model_copy(
        update={"parts": tuple(said(LONGEST_WORDS[:300], "number") for _ in range(10))}
    )
    told = made.outcome and made.outcome.having(
        word=LONGEST_WORDS[:300], ended_reason=LONGEST_WORDS[:300], duration=604800
    )
    record = made.record and Record(
        id="r" * 128,
        outcome=LONGEST_WORDS[:300],
        sentiment=LONGEST_WORDS[:300],
        intent=LONGEST_WORDS[:300],
        summaries=dict.fromkeys(("en", "fr"), (LONGEST_WORDS * 9)[:2500]),
    )
    notes = tuple(note.having(text="&" * 1000) for note in made.notes[:1] * 20)
    return made.having(
        record=record,
        notes=notes,
        name=LONGEST_NAME,
        variables={"&": "<" * 2994},
        reason=reason,
        outcome=told,
        outbound_call_id="x" * 128,
        contact_id="y" * 128,
    )


OVER = {name: made for name, made in EVERY_STATE.items() if not made.status.live}
EVERY_CALL = (
    EVERY_STATE
    | ATTEMPTS
    | {f"{name}, nameless": made.having(name="") for name, made in (EVERY_STATE | ATTEMPTS).items()}
    | {f"{name}, longest": _longest(made) for name, made in (EVERY_STATE | ATTEMPTS).items()}
    | {
        f"{name}, hostile": made.having(name=HOSTILE)
        for name, made in (EVERY_STATE | ATTEMPTS).items()
    }
    | {f"{name}, erased": settled(made.having(to_erase=True), NOW) for name, made in OVER.items()}
)


def history(made: Call, length: int = 3) -> list[Event]:
    """Make a time line that ends in the call's own state."""
    early = [Event(at=NOW, status=Status.QUEUED), Event(at=NOW, status=Status.DIALLING)]
    last = Event(at=NOW, status=made.status, by=made.by, reason=made.reason)
    return [*(early * length)[: length - 1], last]

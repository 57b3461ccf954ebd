"""Directories and rules: a clinic's, the largest one, and any that can be (Hypothesis)."""

import re
import uuid

from hypothesis import strategies as st

from calls.chain import LONGEST_PAUSE, MOST_ATTEMPTS, Again
from calls.directory import (
    MOST_ASSISTANTS,
    MOST_VARIABLES,
    Assistant,
    CallerId,
    Directory,
    Kind,
    Label,
    Variable,
    Written,
)
from calls.entries import MOMENTS, MOST_CALLER_IDS, TEXTS
from calls.hours import DAY, Holiday, Hours, Window
from calls.rules import LIMITS, LONGEST_RETENTION, LONGEST_UNDO, Rules
from calls.telling import ASKER, End, Telling
from calls.typed import LONGEST
from calls.words import clean
from fuzz import strangers

FRONT, NIGHT = (f"0000000{n}-1111-4111-8111-111111111111" for n in (1, 2))
REMINDERS, RECALLS = (f"0000000{n}-2222-4222-8222-222222222222" for n in (1, 2))

SLOT = Variable(
    key="slot",
    label=Label(en="Appointment", fr="Rendez-vous"),
    kind=Kind.DATE_TIME,
    required=True,
)
DOCTOR = Variable(
    key="doctor", label=Label(en="Doctor"), kind=Kind.CHOICE, choices=("Dr Roy", "Dr Lima")
)
CLINIC = Directory(
    assistants=(
        Assistant(
            uuid=REMINDERS,
            name="Reminders",
            description="Reminds of an appointment",
            caller_id=FRONT,
            channels=("C0FRONT001",),
            variables=(SLOT, DOCTOR),
        ),
        Assistant(uuid=RECALLS, name="Relances", language="fr"),
    ),
    caller_ids=(
        CallerId(uuid=FRONT, name="Front desk", number="+15145550100"),
        CallerId(uuid=NIGHT, name="Night", number="+15145550101", archived=True),
    ),
)
OFFICE = (Window(start=9 * 60, end=12 * 60), Window(start=13 * 60, end=20 * 60))
RULES = Rules(
    hours=Hours(days=(OFFICE,) * 6 + ((),), holidays=(Holiday(month=12, day=25, name="Noël"),)),
    per_person=20,
    countries=("CA", "US"),
    undo_seconds=5,
)


def largest() -> Directory:
    """Make a directory as large, and with words as long, as it can be."""
    named = [f"{n:03}" + "<&" * 36 for n in range(MOST_ASSISTANTS)]
    callers = tuple(
        CallerId(uuid=str(uuid.UUID(int=n)), name=named[n], number=f"+1514555{n:04}")
        for n in range(MOST_CALLER_IDS)
    )
    variables = tuple(
        Variable(
            key=f"{n:02}" + "&" * 38,
            label=Label(en="<" * 75, fr=">" * 75),
            kind=list(Kind)[n % len(Kind)],
            required=True,
            example="&" * 150,
            choices=tuple(f"{n:03}" + "<" * 72 for n in range(100)) if n % 10 == 6 else (),
        )
        for n in range(MOST_VARIABLES)
    )
    assistants = tuple(
        Assistant(
            uuid=str(uuid.UUID(int=1000 + n)),
            name=named[n],
            description="&" * 300,
            language="fr",
            caller_id=callers[n].uuid,
            channels=tuple(f"C{n:010}" for n in range(100)),
            variables=variables,
        )
        for n in range(MOST_ASSISTANTS)
    )
    archived = tuple(
        one.having(uuid=str(uuid.UUID(int=5000 + n)), archived=True)
        for n, one in enumerate(assistants[:20])
    )
    return Directory(assistants=(*assistants, *archived), caller_ids=callers)


def lines(most: int, least: int = 0) -> st.SearchStrategy[str]:
    """Draw one line of any characters, as it is kept."""
    return strangers.map(lambda text: clean(text, most)).filter(lambda text: len(text) >= least)


uuids = st.integers(0, 2**128 - 1).map(lambda number: str(uuid.UUID(int=number)))
names = lines(75, 1)
conversations = st.lists(st.from_regex(r"\A[CG][A-Z0-9]{2,10}\Z"), max_size=3, unique=True).map(
    tuple
)
people = st.lists(st.from_regex(r"\A[UW][A-Z0-9]{2,10}\Z"), max_size=3, unique=True).map(tuple)
choices = st.lists(lines(75, 1), min_size=1, max_size=5, unique_by=str.casefold).map(tuple)
repetitions = st.none() | st.builds(
    Again, most=st.integers(2, MOST_ATTEMPTS), minutes=st.integers(1, LONGEST_PAUSE)
)
FITTING = {
    Kind.NUMBER: "-12.5",
    Kind.DATE: "2026-03-14",
    Kind.TIME: "14:30",
    Kind.DATE_TIME: "2026-03-14 14:30",
    Kind.YES_NO: "yes",
    Kind.EMAIL: "marie@example.com",
    Kind.URL: "https://example.com/a?b",
}


@st.composite
def variables(draw: st.DrawFn) -> Variable:
    """Draw a variable that may be kept."""
    kind = draw(st.sampled_from(Kind))
    offered = draw(choices) if kind is Kind.CHOICE else ()
    longest = draw(st.none() | st.integers(30, LONGEST)) if kind in TEXTS else None
    default = FITTING.get(kind) or (offered[0] if offered else draw(lines(30)))
    key = draw(lines(40, 1).map(lambda text: re.sub(r"[\s={}]", "", text)).filter(bool))
    return Variable(
        key=key,
        label=Label(en=draw(names), fr=draw(lines(75))),
        kind=kind,
        required=draw(st.booleans()),
        default=draw(st.sampled_from(["", default])),
        example=draw(lines(150)),
        longest=longest,
        choices=offered,
        written=draw(st.sampled_from(Written)) if kind in MOMENTS else Written.WORDS,
    )


def unlike(found: tuple[Assistant | CallerId, ...]) -> bool:
    """Tell whether the names of what is in use differ."""
    open_ = [one.name.casefold() for one in found if not one.archived]
    return len(open_) == len(set(open_))


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    """Draw a directory that may be kept."""
    ids = iter(draw(st.lists(uuids, min_size=6, max_size=6, unique=True)))
    numbers = st.integers(0, 9999).map(lambda number: f"+1514555{number:04}")
    callers = draw(
        st.lists(
            st.builds(
                lambda name, number, archived: CallerId(
                    uuid=next(ids), name=name, number=number, archived=archived
                ),
                names,
                numbers,
                st.booleans(),
            ),
            max_size=3,
        )
        .map(tuple)
        .filter(unlike)
    )
    usable = [None, *(one.uuid for one in callers if not one.archived)]
    told = st.lists(variables(), max_size=3, unique_by=lambda one: one.key).map(tuple)
    assistants = [
        Assistant(
            uuid=next(ids),
            name=draw(names),
            description=draw(lines(300)),
            language=draw(st.sampled_from(["en", "fr"])),
            caller_id=draw(st.sampled_from(usable)),
            channels=draw(conversations),
            again=draw(repetitions),
            variables=draw(told),
            archived=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    found = tuple(assistants)
    kept = found if unlike(found) else found[:1]
    return Directory(assistants=kept, caller_ids=callers)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """Draw a day's windows, which do not overlap."""
    edges = draw(st.lists(st.integers(0, DAY), max_size=6, unique=True).map(sorted))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Window(start=start, end=end) for start, end in pairs)


holidays = st.builds(
    lambda day, year, name: Holiday(
        year=year and day.year, month=day.month, day=day.day, name=name
    ),
    st.dates(),
    st.booleans().map(lambda given: given or None),
    lines(60),
)
same = windows().map(lambda found: (found,) * 7)
kept_hours = st.builds(
    Hours,
    days=same | st.lists(windows(), min_size=7, max_size=7).map(tuple),
    holidays=st.lists(holidays, max_size=3).map(tuple),
    always=st.booleans(),
)
tellings = st.lists(
    st.builds(
        Telling,
        channels=conversations,
        ends=st.lists(st.sampled_from(End), unique=True).map(tuple),
        broadcast=st.booleans(),
        mentions=people,
        direct=st.sampled_from(["", ASKER, "U0123"]),
    ),
    max_size=3,
    unique_by=lambda one: one.conditions,
).map(tuple)
limits = {name: st.none() | st.integers(1, most) for name, most in LIMITS.items()}
rules = st.builds(
    Rules,
    hours=st.none() | kept_hours,
    people=people,
    channels=conversations,
    administrators=people,
    **limits,
    countries=st.lists(st.sampled_from(["CA", "FR", "US"]), unique=True).map(tuple),
    shared_channels=conversations,
    full_names=st.booleans(),
    transcripts=conversations,
    no_transcripts=conversations,
    numbers=people,
    number_channels=conversations,
    retention_days=st.none() | st.integers(1, LONGEST_RETENTION),
    undo_seconds=st.none() | st.floats(0, LONGEST_UNDO),
    tellings=tellings,
)

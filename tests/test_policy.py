"""A draft is read into an order, or everything against it is told at once."""

from datetime import datetime, timedelta

import pytest

from calls import hours, policy, reading, variables, zones
from calls.directory import Assistant
from calls.errors import NotAllowed, Reason
from calls.hours import Hours
from calls.model import Call
from calls.order import Draft, Order
from calls.policy import Counts, Facts, Question, Unsettled
from calls.rules import Rules, Stop
from calls.standing import FREE, Standing
from calls.status import Status
from calls.words import clean
from examples import ASSISTANT, CALLER, NOW, NUMBER, call

DRAFT = Draft(
    number="514 555 1234",
    name="Marie  Tremblay\n",
    assistant_id=f" {ASSISTANT}\n",
    phone_number_id=CALLER.upper(),
    variables="slot = Tuesday 3 pm\nwith=Dr. Roy",
    confirmed="C-22222",
)


def refused(key: str, field: str, **values: str) -> Reason:
    return Reason(key=f"refused.{field}.{key}", values=values, field=field)


def test_a_draft_is_read_into_an_order() -> None:
    assert reading.read(DRAFT, "CA").order == Order(
        number=NUMBER,
        name="Marie Tremblay",
        assistant_id=ASSISTANT,
        phone_number_id=CALLER.upper(),
        variables={"slot": "Tuesday 3 pm", "with": "Dr. Roy"},
        confirmed="C-22222",
    )


@pytest.mark.parametrize(
    ("draft", "reasons"),
    [
        (
            Draft(),
            [
                refused("missing", "number"),
                refused("missing", "assistant"),
                refused("missing", "caller"),
            ],
        ),
        (
            Draft(
                number="911",
                assistant_id="Marie's assistant",
                phone_number_id=f"{CALLER}0",
                variables="slot\n\n= 3 pm\na=1\na=2\nb=••••",
            ),
            [
                refused("emergency", "number", number="911"),
                refused("uuid", "assistant"),
                refused("uuid", "caller"),
                refused("equals", "variables", line="1", words="slot"),
                refused("key", "variables", line="3", words="= 3 pm"),
                refused("twice", "variables", line="5", words="a"),
                refused("hidden", "variables", line="6", words="b"),
            ],
        ),
    ],
)
def test_everything_that_is_wrong_is_told_at_once(draft: Draft, reasons: list[Reason]) -> None:
    assert list(reading.read(draft, "CA").reasons) == reasons


LIKE = call(number="+33612345678", variables={"slot": "Tuesday 3 pm", "with": "Dr. Roy"})


def test_what_is_hidden_stands_for_the_earlier_calls() -> None:
    draft = DRAFT.having(number=" •••• 5678 ", variables="with = ••••\nslot = 4 pm\nnew = 1")
    order = reading.read(draft, "CA", LIKE).order
    assert order
    assert (order.number, order.variables) == (
        "+33612345678",
        {"with": "Dr. Roy", "slot": "4 pm", "new": "1"},
    )


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (DRAFT.having(number="•••• 9999"), refused("impossible", "number", number="+19999")),
        (
            DRAFT.having(variables="slot = •••• pm"),
            refused("hidden", "variables", line="1", words="slot"),
        ),
        (
            DRAFT.having(variables="time = ••••"),
            refused("hidden", "variables", line="1", words="time"),
        ),
    ],
)
def test_what_hides_nothing_is_refused_and_never_told(draft: Draft, reason: Reason) -> None:
    found = reading.read(draft, "CA", LIKE)
    assert found.reasons == (reason,)


def test_a_number_with_a_live_call_needs_a_confirmation() -> None:
    with pytest.raises(Unsettled) as fault:
        policy.check((), Question(earlier=LIKE))
    reason = refused("live", "number", reference="C-7K3QF")
    assert (fault.value.question.earlier, fault.value.reasons) == (LIKE, (reason,))


def test_a_call_may_be_dialled_for_so_many_seconds_after_its_hour() -> None:
    assert policy.last_instant(LIKE, 600) == NOW + timedelta(minutes=10)


@pytest.mark.parametrize("kept", [None, Reason(key="allomia.busy")])
@pytest.mark.parametrize(("hour", "key"), [(None, "late"), (NOW, "missed")])
def test_a_call_that_has_expired_tells_what_kept_it(
    kept: Reason | None, hour: datetime | None, key: str
) -> None:
    late = Reason(key=f"cancelled.{key}", parts=(kept,) if kept else ())
    waiting = call(reason=kept, hour=hour)
    assert policy.expired(waiting) == waiting.having(status=Status.CANCELLED, reason=late)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("", {}),
        (" \n\n", {}),
        ("a=1", {"a": "1"}),
        ("a = b = c", {"a": "b = c"}),
        ("  key with words\t=  value  with   words ", {"key with words": "value with words"}),
        ("empty =", {"empty": ""}),
        ("a=1\r\nb=2", {"a": "1", "b": "2"}),
        ("who=<!here> & {x}", {"who": "<!here> & {x}"}),
        ("a\x00b=\ud800c\u202e", {"a b": "c"}),
    ],
)
def test_variables_are_read_a_line_each(written: str, found: dict[str, str]) -> None:
    assert variables.read(written, {}) == found


@pytest.mark.parametrize("values", [{}, {"a": "1", "b c": "d = e", "f": ""}])
def test_variables_are_read_as_they_were_written(values: dict[str, str]) -> None:
    assert variables.read(variables.written(values), {}) == values


def test_hidden_variables_are_read_as_what_they_hide() -> None:
    values = {"a": "1", "b": "", "c": "d = e"}
    assert variables.read(variables.written(values, hidden=True), values) == values


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("a = 1\n" + "é" * 3000, refused("equals", "variables", line="2", words="é" * 60)),
        ("\x00 \ud800 x", refused("equals", "variables", line="1", words="x")),
        ("a=" + "1" * 2997, refused("long", "variables", most="3000")),
    ],
)
def test_a_fault_is_quoted_briefly(written: str, reason: Reason) -> None:
    with pytest.raises(NotAllowed) as fault:
        variables.read(written, {})
    assert fault.value.reasons == (reason,)


def test_variables_are_as_long_as_the_form_can_show_again() -> None:
    longest = {"a": "1" * 2996}
    written = variables.written(longest)
    assert (len(written), variables.read(written, {})) == (3000, longest)


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("Marie Tremblay", 100, "Marie Tremblay"),
        ("  Marie \t\n Tremblay\r\n", 100, "Marie Tremblay"),
        ("a\x00b\x1bc\x7fd", 100, "a b c d"),
        ("a\ud800b\udfffc", 100, "a b c"),
        ("\u202egnp.exe\u2066", 100, "gnp.exe"),
        ("a\u2028b\u2029c\u00a0d", 100, "a b c d"),
        ("👩\u200d🚀 é ß 漢", 100, "👩\u200d🚀 é ß 漢"),
        ("ab cd", 3, "ab"),
        ("x" * 5000, 3000, "x" * 3000),
        ("\x00\n", 9, ""),
    ],
)
def test_words_are_made_fit_to_be_kept(text: str, most: int, kept: str) -> None:
    assert clean(text, most) == kept


def test_a_name_that_is_too_long_is_refused_and_not_cut() -> None:
    assert reading.read(DRAFT.having(name="é" * 100), "CA").reasons == ()
    found = reading.read(DRAFT.having(name="é" * 101), "CA")
    assert found.reasons == (refused("long", "name", most="100"),)


ORDER = Order(
    number=NUMBER,
    name="",
    assistant_id=ASSISTANT,
    phone_number_id=CALLER,
    variables={},
    zone="America/Toronto",
)
AT_NIGHT = NOW.replace(hour=4)  # in Toronto it is past midnight
OPEN = hours.read("09:00-20:00")
FACTS = Facts(rules=Rules(), hours=OPEN)
PARIS, TOLL_FREE = "+33145678901", "+18002345678"


def facts(**rules: object) -> Facts:
    return FACTS.having(rules=Rules(**rules))


BARRED = refused("do_not_call", "number")
ABROAD = refused("country_barred", "number", country="FR", allowed="CA, US")
CLOSED = refused("closed", "hour", zone="America/Toronto")


@pytest.mark.parametrize(
    ("order", "known", "at", "reasons"),
    [
        (ORDER, FACTS, NOW, []),
        (ORDER.having(number=""), FACTS.having(barred=True), AT_NIGHT, []),  # told by the reading
        (ORDER, FACTS.having(barred=True), NOW, [BARRED]),
        (ORDER, facts(countries=("CA", "US")), NOW, []),
        (ORDER.having(number=PARIS), facts(countries=("CA", "US")), NOW, [ABROAD]),
        (
            ORDER.having(number="+80012345678"),
            facts(countries=("CA",)),
            NOW,
            [refused("countryless", "number", allowed="CA")],
        ),
        (ORDER, FACTS, AT_NIGHT, [CLOSED]),
        (ORDER, FACTS.having(hours=hours.read("always")), AT_NIGHT, []),
        (
            ORDER.having(zone="Asia/Tokyo"),
            FACTS,
            NOW,
            [refused("closed", "hour", zone="Asia/Tokyo")],
        ),
        (ORDER.having(zone=None), FACTS, NOW, [refused("missing", "zone")]),
        (ORDER.having(zone=None), FACTS.having(hours=hours.read("always")), NOW, []),
        # The hour for which it is asked counts, unless that has passed.
        (ORDER.having(hour=NOW), FACTS, AT_NIGHT, []),
        (ORDER.having(hour=AT_NIGHT), FACTS, NOW, []),
        (ORDER.having(hour=AT_NIGHT + timedelta(days=1)), FACTS, NOW, [CLOSED]),
        (
            ORDER.having(number=PARIS),
            facts(countries=("CA", "US")).having(barred=True),
            AT_NIGHT,
            [BARRED, ABROAD, CLOSED],
        ),
    ],
)
def test_everything_against_dialling_a_number_at_its_hour_is_told(
    order: Order, known: Facts, at: datetime, reasons: list[Reason]
) -> None:
    assert list(policy.refusals(order, known, at)) == reasons


HERE = Assistant(uuid=ASSISTANT, name="Recall", channels=("C1",))
OUT = refused("not_let_in", "person", people="U1 U2")
UNLISTED = refused("unlisted", "person")
MANY = [refused("person", "limit", most="3"), refused("workspace", "limit", most="9")]
SHARED = refused("shared", "channel")
ELSEWHERE = refused("other_assistant", "channel", assistant="Recall")
STRANGER = Standing(person="U3", administers=False)


@pytest.mark.parametrize(
    ("known", "standing", "channel", "reasons"),
    [
        (FACTS, FREE, "C1", []),
        (facts(administrators=("U1", "U2")), STRANGER, "C1", []),
        (facts(people=("U4",), administrators=("U1", "U2")), STRANGER, "C1", [OUT]),
        (facts(people=("U4",)), STRANGER, "C1", [UNLISTED]),
        (facts(people=("U3",)), STRANGER, "C1", []),
        (FACTS, Standing(shared=True), "C1", [SHARED]),
        (facts(shared_channels=("C1",)), Standing(shared=True), "C1", []),
        (facts(shared_channels=("C2",)), Standing(shared=True), "C1", [SHARED]),
        (FACTS.having(assistant=HERE), FREE, "C1", []),
        (FACTS.having(assistant=HERE), FREE, "C2", [ELSEWHERE]),
        (FACTS.having(counts=Counts(person=99, workspace=99)), FREE, "C1", []),
        (facts(per_person=3, per_workspace=9), FREE, "C1", []),
        (facts(per_person=3).having(counts=Counts(person=2)), FREE, "C1", []),
        (facts(per_person=3).having(counts=Counts(person=3)), FREE, "C1", MANY[:1]),
        (facts(per_workspace=9).having(counts=Counts(workspace=10)), FREE, "C1", MANY[1:]),
        (
            facts(
                people=("U4",), administrators=("U1", "U2"), per_person=3, per_workspace=9
            ).having(assistant=HERE, counts=Counts(person=3, workspace=9)),
            STRANGER.having(shared=True),
            "C2",
            [OUT, SHARED, ELSEWHERE, *MANY],
        ),
    ],
)
def test_everything_against_one_more_call_is_told(
    known: Facts, standing: Standing, channel: str, reasons: list[Reason]
) -> None:
    assert list(policy.refusals_of_placing(channel, known, standing)) == reasons


STOPPED = Reason(key="waiting.stopped", values={"person": "U1"})
LINE = Reason(key="waiting.in_line", values={"most": "2"})
HALT = Stop(by="U1", at=NOW)


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (FACTS.having(counts=Counts(live=99, ahead=99)), None),
        (facts(at_once=2).having(counts=Counts(live=1)), None),
        (facts(at_once=2).having(counts=Counts(live=2)), LINE),
        (facts(at_once=2).having(counts=Counts(live=1, ahead=1)), LINE),
        (FACTS.having(stopped=HALT), STOPPED),
        (facts(at_once=2).having(counts=Counts(live=2), stopped=HALT), STOPPED),
    ],
)
def test_a_call_that_may_be_dialled_waits_for_the_line_or_to_be_resumed(
    known: Facts, reason: Reason | None
) -> None:
    assert policy.waits_for(known) == reason


RECENT = LIKE.having(status=Status.COMPLETED)
AGAIN = refused("recent", "number", reference="C-7K3QF")
TWICE = refused("live", "number", reference="C-7K3QF")
NO_ZONE = refused("missing", "zone")


@pytest.mark.parametrize(
    ("reasons", "earlier", "asks"),
    [
        ([], None, None),
        ([], LIKE, [TWICE]),
        ([], RECENT, [AGAIN]),
        ([CLOSED], None, [CLOSED]),
        ([NO_ZONE], RECENT, [AGAIN, NO_ZONE]),
        ([CLOSED], LIKE, [TWICE, CLOSED]),
    ],
)
def test_what_a_person_can_settle_is_a_question(
    reasons: list[Reason], earlier: Call | None, asks: list[Reason] | None
) -> None:
    if asks is None:
        policy.check(reasons, Question(earlier=earlier))
        return
    with pytest.raises(Unsettled) as fault:
        policy.check(reasons, Question(earlier=earlier))
    assert list(fault.value.reasons) == asks


@pytest.mark.parametrize("reason", [BARRED, ABROAD, OUT, SHARED, ELSEWHERE, *MANY])
def test_what_nobody_can_settle_is_none(reason: Reason) -> None:
    with pytest.raises(NotAllowed) as fault:
        policy.check([CLOSED, reason, NO_ZONE], Question(earlier=LIKE))
    assert not isinstance(fault.value, Unsettled)
    assert list(fault.value.reasons) == [TWICE, CLOSED, reason, NO_ZONE]


NEVER = Hours(days=((),) * 7)


@pytest.mark.parametrize(
    ("order", "known", "at", "asked"),
    [
        (ORDER, FACTS, NOW, Question(zone="America/Toronto")),
        (
            ORDER,
            FACTS,
            AT_NIGHT,
            Question(zone="America/Toronto", next_hour=NOW.replace(hour=13, minute=0, second=0)),
        ),
        (ORDER, FACTS.having(hours=NEVER), NOW, Question(zone="America/Toronto")),
        (
            ORDER.having(number=TOLL_FREE, zone=None),
            FACTS,
            NOW,
            Question(zones=zones.of(TOLL_FREE, NOW)),
        ),
        (ORDER.having(number="+80012345678", zone=None), FACTS, NOW, Question(zones=())),
    ],
)
def test_the_form_is_told_what_to_ask(
    order: Order, known: Facts, at: datetime, asked: Question
) -> None:
    reasons = policy.refusals(order, known, at)
    assert policy.question(order, known, reasons, None, at) == asked


@pytest.mark.parametrize(
    ("order", "zone"),
    [
        (ORDER.having(number=TOLL_FREE, zone="America/Denver"), "America/Denver"),  # chosen
        (ORDER.having(number=PARIS, zone=None), "Europe/Paris"),
        (ORDER.having(number=TOLL_FREE, zone=None), None),
        (ORDER.having(number="", zone=None), None),
    ],
)
def test_the_number_tells_where_the_person_called_is_or_somebody_must(
    order: Order, zone: str | None
) -> None:
    assert policy.located(order, NOW).zone == zone


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_who_leaves_the_line_makes_room(before: Status, after: Status) -> None:
    line = {Status.DIALLING, Status.CALLING}
    left = policy.leaves_the_line(LIKE.having(status=before), LIKE.having(status=after))
    assert left is (before in line and after not in line)


@pytest.mark.parametrize(
    ("number", "chosen", "zone"),
    [
        (NUMBER, None, "America/Toronto"),
        (NUMBER, "Asia/Tokyo", "America/Toronto"),  # the number tells it: nobody chooses another
        ("+34612345678", "Atlantic/Canary", "Atlantic/Canary"),
        ("+34612345678", None, None),
        ("+870773111632", "Asia/Tokyo", "Asia/Tokyo"),  # a satellite's may be anywhere
    ],
)
def test_a_zone_is_chosen_only_where_the_number_leaves_a_choice(
    number: str, chosen: str | None, zone: str | None
) -> None:
    asked = call().having(number=number, zone=chosen)
    assert policy.located(asked, NOW).zone == zone

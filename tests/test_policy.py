"""A draft is read into an order, or everything against it is told at once."""

from datetime import timedelta

import pytest

from calls import policy, reading, variables
from calls.errors import NotAllowed, Reason
from calls.model import Draft, Order, Status
from calls.policy import Question, Unsettled
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
def test_a_call_that_has_expired_tells_what_kept_it(kept: Reason | None) -> None:
    late = Reason(key="cancelled.late", parts=(kept,) if kept else ())
    waiting = call(reason=kept)
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

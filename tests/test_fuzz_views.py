"""Whatever strangers write, Slack takes every view of it, and nothing of it comes alive."""

import re
from collections.abc import Iterator
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from calls import typed, variables
from calls.directory import Assistant
from calls.errors import Reason
from calls.model import Call
from calls.order import Draft
from calls.outcome import Outcome
from calls.reading import LONGEST_NAME
from calls.record import Record
from calls.status import Status
from calls.words import clean
from clinic import CLINIC, EVERY_KIND
from examples import ANA, BENOIT, EVERY_STATE, FRONT_DESK, NOW, said
from fuzz import cases, longer, strangers
from handlers import grammar
from sandbox.inputs import initial_state
from slack_rules.check_slack import check_view
from test_views import messages, of_a_posting, windows
from views import answer, card, form, refusal
from views.form import Form
from views.message import Message
from views.mrkdwn import Mrkdwn, date, escaped, shortened, user
from views.text import LANGUAGES, Text, sentences

OUR_LINKS = re.compile(r"<@U(?:ANA00001|BENOIT02)>|<#C0FRONTDESK>|<!date\^[^<>]*>")
ALIVE = re.compile(r"[<>]|&(?!amp;|lt;|gt;)")
EMOJI = re.compile(r":[\w+'-]+:")
OURS = {
    emoji
    for language in LANGUAGES
    for sentence in sentences(language).values()
    for emoji in EMOJI.findall(sentence)
}
WHOLE = re.compile(r"(?:[^&<]|&(?:amp|lt|gt);|<[^<>]*>)*…?")
BACK = str.maketrans({"∗": "*", "＿": "_", "∼": "~", "ˋ": "`", "∶": ":", "›": ">"})

texts = st.sampled_from([Text(language) for language in LANGUAGES])
whole = longer.map(clean)  # as all that is kept is read
of_allomia = whole.map(lambda text: text[:300])
reasons = st.builds(
    lambda reason, words, field: reason.model_copy(
        update={"parts": tuple(said(one, field) for one in words)}
    ),
    st.sampled_from([call.reason for call in EVERY_STATE.values() if call.reason]),
    st.lists(of_allomia, max_size=10),
    st.sampled_from(["number", "name", "variables", "assistant", "caller", None]),
)
outcomes = st.builds(
    lambda status, word, why, lasted: Outcome(
        status=status, word=word, ended_reason=why, duration=lasted
    ),
    st.sampled_from([Status.COMPLETED, Status.FAILED, Status.ENDED]),
    of_allomia.filter(bool),
    st.none() | of_allomia.filter(bool),
    st.none() | st.floats(0, 604800),
)


def _hostile(
    made: Call, name: str, values: dict[str, str], reason: Reason, outcome: Outcome
) -> Call:
    """Let a call of any state hold what strangers wrote."""
    told = {clean(key.replace("=", "")): clean(value) for key, value in values.items()}
    told.pop("", None)
    name = clean(name, LONGEST_NAME)
    assume(len(variables.written(told)) <= variables.LONGEST)
    return made.having(
        name=name,
        variables=told,
        reason=made.reason and reason,
        looked=made.looked and reason,
        status=outcome.status if made.outcome else made.status,
        outcome=made.outcome and outcome,
        record=made.record
        and Record(id="r", outcome=outcome.word, intent=name or None, summaries={"en": name + "."}),
    )


calls = st.builds(
    _hostile,
    st.sampled_from(list(EVERY_STATE.values())),
    longer,
    st.dictionaries(strangers, strangers, max_size=4),
    reasons,
    outcomes,
)


def formatted(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield every text of a message or a window that Slack would format."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for inner in value.values():
            yield from formatted(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from formatted(inner)


def alive(*texts: str) -> list[str]:
    """Return the texts in which something lives that is not ours."""
    return [
        text
        for text in texts
        if ALIVE.search(OUR_LINKS.sub("", text)) or set(EMOJI.findall(text)) - OURS
    ]


def of_a_message(message: Message) -> list[str]:
    """Return what is wrong with a message."""
    return of_a_posting(message) + alive(message.text, *formatted(message.blocks))


def of_a_window(view: dict[str, Any]) -> list[str]:
    """Return what is wrong with a window."""
    return [*check_view(view), *alive(*formatted(view))]


def test_what_follows_a_name_does_not_bring_it_to_life() -> None:
    drawn = card.render(EVERY_STATE["queued"].having(name="Marie :tada"), Text("en"), None)
    assert of_a_message(drawn) == []


@cases(15)
@given(calls, texts, st.sampled_from([ANA, BENOIT]), st.integers(0, 11))
def test_every_view_of_a_hostile_call_is_taken_and_dead(
    made: Call, text: Text, viewer: str, which: int
) -> None:
    shown = [(of_a_message, face) for face in messages(made, text)]
    shown += [(of_a_window, view) for view in windows(made, text, viewer)]  # type: ignore[misc]
    judge, face = shown[which % len(shown)]
    assert judge(face) == []


@cases(20)
@given(longer, longer, texts, st.integers(0, 3))
def test_every_answer_to_a_hostile_command_is_taken_and_dead(
    typed: str, other: str, text: Text, which: int
) -> None:
    typed, other = (part.replace("\ud800", "").replace("\udfff", "") for part in (typed, other))
    words = grammar.read(f"now 1 {typed}={other}").rest
    stray = [Reason(key=f"answer.{key}", values={"words": words}) for key in ("stray", "unclosed")]
    faulty = Reason(key="refused.variables.equals", values={"line": "1", "words": other[:60]})
    told = (
        answer.help_(text, typed),
        answer.said(text, "answer.no_such_call", reference=typed),
        answer.refused([*stray, *[faulty] * 30], text),
        answer.said(text, "look.idle", reference="C-1", state=typed),
    )
    assert of_a_message(told[which]) == []


@cases(30)
@given(longer)
def test_what_strangers_write_is_dead_and_legible(text: str) -> None:
    shown = escaped(text)
    assert alive(shown) == []
    assert "`" not in shown
    assert not EMOJI.search(shown)
    assert not re.search(
        r"(?<![0-9A-Za-z])[*_~]|[*_~](?![0-9A-Za-z])|^\s*&gt;", shown, re.MULTILINE
    )
    as_it_was = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    written = text.encode(errors="replace").decode()  # half a pair is no character
    assert as_it_was.translate(BACK) == written.translate(BACK)


parts = strangers.map(escaped) | st.sampled_from([user(ANA), date(EVERY_STATE["queued"].due_at)])


@cases(30)
@given(st.lists(parts, max_size=8).map(lambda found: Mrkdwn("".join(found))), st.integers(1, 250))
def test_a_text_is_cut_between_its_parts_only(text: Mrkdwn, most: int) -> None:
    cut = shortened(text, most)
    assert len(cut) <= most
    assert WHOLE.fullmatch(cut)
    assert cut == text if len(text) <= most else text.startswith(cut.removesuffix("…"))


# The form

drafts = st.builds(
    Draft,
    number=longer,
    name=longer,
    assistant_id=longer,
    phone_number_id=longer,
    variables=longer,
    like=st.none() | st.just("C-7K3QF"),
)
forms = st.builds(
    Form,
    draft=drafts,
    channel=st.sampled_from(["", FRONT_DESK, "G1"]),
    response_url=st.none() | st.just("https://hooks.example/1"),
)
FIELDS = {
    "number": "number",
    "name": "name",
    "assistant_id": "assistant",
    "phone_number_id": "caller",
    "variables": "variables",
}


@cases(15)
@given(forms, texts)
def test_the_form_is_read_back_as_it_was_filled_in(filled: Form, text: Text) -> None:
    view = form.render(filled, text)
    sent = view | {"state": {"values": initial_state(view["blocks"], "C1")}}
    fits = {
        name: getattr(filled.draft, name)[: form.LONGEST[field]] for name, field in FIELDS.items()
    }
    assert form.read(sent) == filled.having(draft=filled.draft.having(**fits))


KEYS = [variable.key for variable in EVERY_KIND]
values = st.dictionaries(st.sampled_from(KEYS), longer | st.sampled_from(["12", "2026-03-03"]))


@cases(10)
@given(values, texts, st.sampled_from(CLINIC.assistants))
def test_an_assistants_form_takes_whatever_was_typed(
    typed_in: dict[str, str], text: Text, chosen: Assistant
) -> None:
    draft = Draft(assistant_id=chosen.uuid, values=typed_in, number="911")
    view = form.render(Form(draft=draft), text, CLINIC)
    assert of_a_window(view) == []
    sent = view | {"state": {"values": initial_state(view["blocks"], None)}}
    found = form.read(sent).draft.values
    reasons: list[Reason] = []
    for given_back in (found, typed_in):
        told = typed.read(chosen, given_back, None, NOW.date(), reasons).told
        assert "\n" not in "".join(told.values())
    assert {reason.field for reason in reasons} <= {f"value:{one.key}" for one in chosen.variables}
    assert all(text.reason(reason) for reason in reasons)


nothing: st.SearchStrategy[Any] = st.sampled_from([None, {}])


def fields(key: str) -> st.SearchStrategy[Any]:
    """Draw what Slack may say of a field: something, nothing, or not a word."""
    return nothing | strangers.map(lambda text: {key: text}) | st.just({key: None})


def states() -> st.SearchStrategy[Any]:
    """Draw the state of a form, more or less complete."""
    named = {name: fields("value") for name in FIELDS.values()}
    named["channel"] = fields("selected_conversation")
    ticked: list[Any] = [None, [], [{}], [{"value": "C-7K3QF"}]]
    named["confirm"] = nothing | st.sampled_from([{"selected_options": told} for told in ticked])
    blocks = {
        name: nothing | found.map(lambda element, name=name: {name: element})  # type: ignore[misc]
        for name, found in named.items()
    }
    values = nothing | st.fixed_dictionaries({}, optional=blocks)
    return nothing | values.map(lambda found: {"values": found})


@cases(20)
@given(states(), st.sampled_from([None, "", "{}", '{"like": null}', '{"like": "C-7K3QF"}']))
def test_a_form_is_read_whatever_slack_leaves_out(state: Any, kept: str | None) -> None:  # noqa: ANN401
    found = form.read({"state": state, "private_metadata": kept})
    values = (state or {}).get("values") or {}
    for name, field in FIELDS.items():
        said_of_it = ((values.get(field) or {}).get(field) or {}).get("value")
        assert getattr(found.draft, name) == (said_of_it or "")
    assert found.draft.like == ("C-7K3QF" if kept and "C-" in kept else None)
    assert found.draft.confirmed in {None, "C-7K3QF"}


@cases(15)
@given(st.lists(st.tuples(longer, st.sampled_from([*FIELDS.values(), None])), min_size=1), texts)
def test_what_is_wrong_fits_beside_its_field(
    wrong: list[tuple[str, str | None]], text: Text
) -> None:
    told = refusal.errors([said(words, field) for words, field in wrong], text)
    assert told.keys() == {field or "number" for _, field in wrong}
    assert {0 < len(words) <= refusal.LONGEST_ERROR for words in told.values()} == {True}

"""Every message and window, in both languages and every state: Slack takes it, secrets stay in."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from calls import policy
from calls.errors import Reason
from calls.model import Call
from calls.order import Draft
from calls.policy import Question
from calls.rules import Rules
from calls.sheet import LINES, MOST, Choice, Line, Part, Sheet, Shown
from examples import ANA, ASSISTANT, BENOIT, EVERY_CALL, HOSTILE, NOW, NUMBER, call, history
from slack_rules.check_slack import check_args, check_view
from views import answer, card, details, form, home, move, refusal, repeated, reply
from views.form import Asked, Form
from views.home import Sight
from views.message import Message
from views.mrkdwn import Mrkdwn
from views.text import LANGUAGES, Text

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
in_every_state = pytest.mark.parametrize("made", EVERY_CALL.values(), ids=EVERY_CALL)


def earlier(made: Call) -> Asked:
    """Let the form ask whether a call is wanted besides an earlier one."""
    return Asked(now=NOW, question=Question(earlier=made))


def messages(made: Call, text: Text) -> Iterator[Message]:
    """Draw every message that shows a call."""
    yield card.render(made, text, ASSISTANT)
    yield card.render(made, text, None, Mrkdwn("<!date^1^{time}|then>"))
    yield answer.listed([made] * 10, text)
    yield answer.status(made, text, ASSISTANT)
    yield answer.placed(made, text)
    if not made.status.live:
        yield reply.render(made, text)
        yield reply.elsewhere(made, text)


def windows(made: Call, text: Text, viewer: str) -> Iterator[dict[str, Any]]:
    """Draw every window that shows a call."""
    yield details.render(made, history(made), viewer, text)
    yield form.render(repeated.form(made, viewer), text)
    yield form.render(Form(draft=Draft(number="911")), text, asked=earlier(made))
    yield home.render(seen(viewer, [made]), text)
    yield move.render(made, text)


MINE = Shown()


def seen(viewer: str, calls: list[Call], shown: Shown = MINE) -> Sight:
    """Return what somebody sees of calls, on the last of several pages."""
    lines = [
        Line(part=part, call=made.having(reference=f"{made.reference}{n}"))
        for n, (part, made) in enumerate((part, made) for part in Part for made in calls)
    ]
    counts = {part: len(calls) for part in Part}
    sheet = Sheet(lines=tuple(lines), counts=counts, page=1, pages=2 if calls else 1)
    address = "https://clinic.slack.com/"
    return Sight(
        viewer=viewer, looked=NOW, shown=shown, sheet=sheet, administers=True, address=address
    )


def of_a_posting(message: Message) -> list[str]:
    """Return what Slack would not accept of a message."""
    mark = message.mark and message.mark.metadata()
    args = {"channel": "C1", "text": message.text, "blocks": message.blocks, "metadata": mark}
    complaints: list[str] = check_args("chat.postMessage", args)
    return complaints


@in_both_languages
@in_every_state
def test_slack_takes_all_that_shows_a_call(made: Call, language: str) -> None:
    text = Text(language)
    complaints = [of_a_posting(message) for message in messages(made, text)]
    drawn = [view for viewer in (ANA, BENOIT) for view in windows(made, text, viewer)]
    different = {json.dumps(view): view for view in drawn}  # judging takes long
    complaints += [check_view(view) for view in different.values()]
    assert complaints == [[]] * len(complaints)


def test_the_link_to_a_call_under_a_message_opens_that_messages_thread() -> None:
    made = EVERY_CALL["completed"].having(thread="2.5", under="1.5")
    link = "https://clinic.slack.com/archives/C0FRONTDESK/p25"
    shown = json.dumps(home.render(seen(ANA, [made]), Text("en")))
    assert f'"{link}?thread_ts=1.5&cid=C0FRONTDESK"' in shown
    assert f'"{link}"' in json.dumps(home.render(seen(ANA, [made.having(under=None)]), Text("en")))


@in_both_languages
def test_slack_takes_all_that_shows_no_call(language: str) -> None:
    text = Text(language)
    reasons = [
        Reason(key="refused.variables.equals", values={"line": "1", "words": HOSTILE * 60})
        for _ in range(20)
    ]
    told = [
        answer.said(text, "answer.trigger"),
        answer.help_(text),
        answer.help_(text, HOSTILE * 100),
        answer.refused(reasons, text),
        answer.listed([], text),
    ]
    full = Form(
        draft=Draft(
            number="•••• " + "1" * 90, name="n" * 900, variables="v" * 9000, assistant_id="a" * 900
        ),
        channel="C1",
        response_url="https://hooks.example/" + "x" * 200,
    )
    barred = [
        policy.not_let_in(Rules(administrators=tuple(f"U{n:010}" for n in range(many))))
        for many in (0, 1, 500)
    ]
    shown = [
        refusal.render(barred, text),
        form.render(Form(draft=Draft(), shared=True), text),
        form.render(Form(draft=Draft()), text),
        form.render(Form(draft=Draft(), here=True), text),
        form.render(full, text, asked=earlier(call())),
        *(home.render(seen(ANA, [], Shown(choice=choice)), text) for choice in Choice),
        home.render(seen(ANA, [], Shown(choice=Choice.CHANNEL, channel="C1")), text),
        home.render(Sight(viewer=ANA, looked=NOW), text),
        form.loading(text),
        form.notice(text, "not_noted.title", "not_noted.certain"),
        form.notice(text, "form.loading_title", "answer.apology", reference=HOSTILE * 100),
    ]
    complaints = [of_a_posting(message) for message in told] + [check_view(view) for view in shown]
    assert complaints == [[]] * len(complaints)


@in_both_languages
def test_slack_takes_the_longest_time_line(language: str) -> None:
    made = EVERY_CALL["ended, longest"]
    for length in (0, 1, 500):
        events = history(made, length)[-length:] if length else []
        assert check_view(details.render(made, events, BENOIT, Text(language))) == []


def leaks(shown: object, *secrets: str) -> list[str]:
    """Return the secrets that stand in what is shown, however they are spaced."""
    seen = re.sub(r"[\s().-]", "", json.dumps(shown, ensure_ascii=False))
    return [secret for secret in secrets if re.sub(r"[\s().-]", "", secret) in seen]


NATIONAL, VALUE = NUMBER.removeprefix("+1"), "broken wrist"


@in_both_languages
@in_every_state
def test_nobody_else_sees_the_number_or_a_value(made: Call, language: str) -> None:
    text = Text(language)
    shown = [message.model_dump() for message in messages(made, text)]
    shown += windows(made, text, BENOIT)
    found = [leaks(face, NATIONAL, VALUE, "<<<", "&lt;&lt;&lt;") for face in shown]
    assert found == [[]] * len(shown)


@in_both_languages
def test_who_asked_sees_the_values_in_full_and_the_number_in_their_form(language: str) -> None:
    made, text = call(variables={"reason": VALUE, "long": "x" * 2900}), Text(language)
    shown = [
        leaks(details.render(made, history(made), ANA, text), NUMBER, VALUE, "x" * 400),
        leaks(form.render(repeated.form(made, ANA), text), NUMBER, VALUE, "x" * 2900),
    ]
    assert shown == [[VALUE, "x" * 400], [NUMBER, VALUE, "x" * 2900]]


@in_both_languages
def test_slack_takes_the_fullest_page_of_the_longest_calls(language: str) -> None:
    text, longest = Text(language), list(EVERY_CALL.values())
    parts = [part for part in Part for _ in range(LINES)][:: len(Part)]
    lines = tuple(
        Line(part=part, call=longest[n % len(longest)].having(reference=f"C-{n:05}", hour=NOW))
        for n, part in enumerate(parts)
    )
    counts = dict.fromkeys(Part, MOST + 1)
    sheet = Sheet(lines=lines, counts=counts, page=40, pages=81)
    full = seen(BENOIT, [], Shown(choice=Choice.CHANNEL, channel="C1")).having(sheet=sheet)
    view = home.render(full, text)
    assert check_view(view) == []
    assert (len(lines), len(view["blocks"]) <= 60, f"{MOST}+" in str(view)) == (LINES, True, True)


@in_both_languages
@pytest.mark.parametrize("needy", [0, 1])
def test_home_says_at_once_where_nothing_is_left_to_do(needy: int, language: str) -> None:
    text, made = Text(language), EVERY_CALL["busy"]
    part = Part.NEEDY if needy else Part.RECENT
    sheet = Sheet(lines=(Line(part=part, call=made),), counts={part: 1})
    drawn = json.dumps(home.render(Sight(viewer=ANA, looked=NOW, sheet=sheet), text))
    assert (json.dumps(text("home.nothing"))[1:-1] in drawn) == (not needy)

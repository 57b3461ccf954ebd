"""What is left of an erased call, and that nothing which comes later brings the rest back."""

from datetime import timedelta

import pytest

from calls import jobs, store
from calls.agenda import Kind, following_erasure
from calls.chain import Chain
from calls.clock import now
from calls.erased import FORGOTTEN, Found, settled
from calls.errors import Reason
from calls.history import record
from calls.model import Call
from calls.note import Note
from calls.outcome import Outcome
from calls.page import DONE, Page, Result
from calls.record import Record
from calls.status import Status
from examples import ANA, EVERY_CALL, NOTHING, NOW, NUMBER, RECORD, RULES, call, history, said
from slack_rules.check_slack import check_args, check_view
from switch import SETTINGS, lease, opened, take_all
from views import answer, card, details, forget, form, repeated, reply
from views.text import LANGUAGES, Text

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
SECRETS = (
    "Marie",
    "1234",
    "wrist",
    "Elle viendra",
    "hung up",
    "out-1",
    "con-1",
    "rec-1",
    "said so",
)


def whole(status: Status = Status.COMPLETED, **changes: object) -> Call:
    """Make a call of which everything is known."""
    known: dict[str, object] = {
        "typed": {"reason": "wrist"},
        "thread": "1.000001",
        "response_url": "https://hooks.slack.example/Marie",
        "outbound_call_id": "out-1",
        "contact_id": "con-1",
        "outcome": Outcome(status=status, word=status.value, duration=42, ended_reason="hung up"),
        "record": RECORD,
        "reason": said("Marie said so"),
        "looked": NOTHING,
        "chain": Chain(over=said("Marie said so")),
        "notes": (Note(at=NOW, by=ANA, text="Marie said so"),),
        "opted_out": True,
    }
    return call(status, **(known | changes))


ERASED = settled(whole(to_erase=True), NOW)


def test_what_is_left_of_a_call_is_figures_and_places() -> None:
    assert [secret for secret in SECRETS if secret in ERASED.model_dump_json()] == []
    assert (ERASED.erased_at, ERASED.to_erase) == (NOW, False)
    assert ERASED.outcome
    assert (ERASED.status, ERASED.outcome.duration) == (Status.COMPLETED, 42)
    assert ERASED.record == Record(id="", sentiment="positive")
    assert (ERASED.thread, ERASED.asked_by, ERASED.assistant_id) == (
        "1.000001",
        ANA,
        whole().assistant_id,
    )
    assert settled(ERASED, NOW + timedelta(days=1)) == ERASED


def test_a_mood_in_other_words_than_allomia_s_own_is_not_kept() -> None:
    told = Record(id="rec-1", sentiment="Marie was angry")
    assert settled(whole(to_erase=True, record=told), NOW).record is None


def test_that_a_voicemail_answered_is_a_figure() -> None:
    told = Record(id="rec-1", outcome="Marie's voicemail", summaries={"en": "Nobody."})
    left = settled(whole(to_erase=True, record=told), NOW)
    assert (left.record, left.voicemail) == (Record(id="", outcome="voicemail"), True)
    assert settled(left, NOW) == left


@pytest.mark.parametrize("status", [Status.DIALLING, Status.CALLING])
def test_a_call_under_way_is_left_as_it_is_until_it_is_over(status: Status) -> None:
    marked = call(status, to_erase=True)
    assert settled(marked, NOW) == marked
    assert settled(call(status), NOW) == call(status)


def test_one_that_waits_is_cancelled_and_says_why() -> None:
    left = settled(call(to_erase=True, reason=RULES), NOW)
    assert (left.status, left.reason, left.number) == (Status.CANCELLED, FORGOTTEN, "")


def test_one_that_was_certainly_not_placed_is_not_tried_again() -> None:
    page = Page({"C-7K3QF": call(Status.DIALLING, to_erase=True)}, SETTINGS, NOW)
    busy = Result(change=lambda newest: newest.postponed(Reason(key="allomia.busy")))
    after = page.enter("C-7K3QF", busy, None).after
    assert (after.status, after.ended_at, after.erased_at) == (Status.CANCELLED, NOW, NOW)


LATE = {
    "its end": lambda newest: newest.ended(
        Outcome(status=Status.COMPLETED, word="completed", ended_reason="Marie hung up")
    ),
    "its record": lambda newest: newest.detailed(RECORD),
    "a reason": lambda newest: newest.having(reason=said("Marie said so")),
    "a look": lambda newest: newest.looked_for(said("Marie said so"), NOW, over=False),
    "a callback": lambda newest: newest.rang("out-1"),
}


@pytest.mark.parametrize("change", LATE.values(), ids=LATE)
@pytest.mark.parametrize("status", [Status.COMPLETED, Status.UNKNOWN])
def test_what_is_learnt_late_of_an_erased_call_is_erased_too(
    status: Status, change: object
) -> None:
    before = ERASED.having(status=status)
    page = Page({"C-7K3QF": before}, SETTINGS, NOW)
    after = page.enter("C-7K3QF", Result.model_validate({"change": change}), None).after
    assert [secret for secret in SECRETS if secret in after.model_dump_json()] == []


def test_a_call_that_goes_on_after_all_is_asked_about_and_erased_again_at_its_end() -> None:
    page = Page({"C-7K3QF": ERASED.having(status=Status.UNKNOWN)}, SETTINGS, NOW)
    dispatched = Result(change=lambda newest: newest.calling("out-1", "con-1"))
    after = page.enter("C-7K3QF", dispatched, None).after
    assert (after.status, after.id_to_ask) == (Status.CALLING, "out-1")
    end = Outcome(status=Status.BUSY, word="busy")
    after = page.enter("C-7K3QF", Result(change=lambda newest: newest.ended(end)), None).after
    assert (after.status, after.id_to_ask, after.erased_at) == (Status.BUSY, None, NOW)


def test_an_end_that_nobody_was_told_is_told_and_what_is_shown_written_over() -> None:
    ended = ERASED.having(announced=None)
    wanted = following_erasure(call(Status.CALLING), ended, NOW)
    assert set(wanted) == {Kind.REPLY, Kind.ERASE}
    assert set(following_erasure(ended, ended.having(replied=None), NOW)) == {Kind.ERASE}


@pytest.mark.parametrize(
    ("kind", "wanted"), [(Kind.QUOTE, [Kind.ERASE]), (Kind.CARD, [Kind.ERASE]), (Kind.DETAILS, [])]
)
async def test_what_was_written_while_its_call_was_erased_is_written_over(
    database_url: str, kind: Kind, wanted: list[Kind]
) -> None:
    async with opened(database_url) as board:
        async with board.database.write() as connection:
            assert await store.add(connection, ERASED)
            await jobs.want(connection, {(ERASED.reference, kind): now()})
        ((job, _),) = await take_all(board, lease())
        await board.note(job, DONE)
        assert [job.kind for job, _ in await take_all(board, lease("w2"))] == wanted


async def test_the_reasons_in_a_time_line_are_erased_with_their_call(database_url: str) -> None:
    async with opened(database_url) as board:
        async with board.database.write() as connection:
            assert await store.add(connection, whole())
            await record(connection, [whole(), whole()], now())
        await board.erasing.expire("C-7K3QF")
        events = await board.history("C-7K3QF")
        assert [(event.status, event.reason) for event in events][:2] == [
            (Status.COMPLETED, None)
        ] * 2
        assert "Marie" not in str(events)


FOUND = Found(
    number=NUMBER,
    calls=tuple(
        made.having(reference=f"C-{n:05}", hinted_id="h" * 128)
        for n, made in enumerate([*EVERY_CALL.values()] * 5)
    ),
    drafts=1,
    favourites=2,
    profiles=3,
    listed=True,
)
FEW = Found(number=NUMBER, calls=(whole(), call(Status.CALLING)), drafts=1)


@in_both_languages
@pytest.mark.parametrize("found", [FOUND, FEW, Found(number=NUMBER, drafts=1)])
def test_slack_takes_all_that_is_told_of_forgetting(found: Found, language: str) -> None:
    text = Text(language)
    drawn = [
        forget.asked(found, "k" * 32, text),
        forget.said("forget.fault.over", text),
        forget.refused([RULES], text),
        forget.working(found, 50, text),
        forget.done(found, 3, text),
    ]
    assert [check_view(view) for view in drawn] == [[]] * len(drawn)
    for message in (
        *forget.begun(found, text),
        forget.report(found, 0, text),
        forget.unsure(found, text),
    ):
        args = {"channel": "C1", "text": message.text, "blocks": message.blocks}
        assert check_args("chat.postMessage", args) == []
        assert NUMBER not in str(message.blocks)
    told = "".join(str(message.blocks) for message in forget.begun(found, text))
    assert [made for made in found.calls if made.reference not in told] == []


def test_the_report_names_to_allomia_what_nobody_knows_any_more() -> None:
    told = str(forget.report(FEW, 1, Text("en")).blocks)
    assert "C-7K3QF: call out-1 · contact con-1 · record rec-1" in told
    assert "call none · contact none · record none" in told
    assert "Slack has not taken everything yet: 1" in told
    assert "Still under way: 1" in told


def test_nobody_sees_to_an_erased_call_any_more() -> None:
    left = settled(whole(Status.NO_ANSWER, to_erase=True, assigned_to=ANA), NOW)
    assert "sees to it" not in str(card.render(left, Text("en"), None).blocks)


@in_both_languages
@pytest.mark.parametrize("left", [ERASED, settled(call(to_erase=True), NOW)])
def test_an_erased_call_is_shown_as_one_wherever_it_is(left: Call, language: str) -> None:
    text = Text(language)
    drawn = card.render(left, text, None)
    shown = [
        str(drawn.blocks),
        str(reply.render(left, text).blocks),
        str(answer.listed([left], text).blocks),
        str(details.render(left, history(left), ANA, text)["blocks"]),
        str(form.render(repeated.form(left, ANA), text)["blocks"]),
    ]
    assert [secret for secret in SECRETS if secret in str(shown)] == []
    words = text.mrkdwn("erased.since", when="").rpartition(":")[2].strip()
    assert [words in one for one in shown] == [True, True, False, True, False]
    assert [button["action_id"] for button in drawn.blocks[-1]["elements"]] == ["details"]

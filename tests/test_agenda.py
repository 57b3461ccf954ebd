"""The jobs that follow from a change of a call, and the pauses between tries."""

from datetime import datetime, timedelta

import pytest

from calls.agenda import Kind, first_detail, following, next_detail, next_look, retry_at
from calls.errors import Reason
from calls.place import Place
from calls.settings import Settings
from calls.status import Status
from examples import NOW, RECORD, call, outcome

WHY = Reason(key="allomia.busy")
SETTINGS = Settings(
    _env_file=None,
    slack_bot_token="xoxb-1",
    slack_signing_secret="s",
    allomia_api_key="k",
    poll_first=15,
    poll_max=300,
    give_up_after=86400,
    undo_seconds=3,
)
HOME = {"channel": "C1", "thread": "1.1"}


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_new_call_is_opened_at_once() -> None:
    assert following(None, call(), NOW, SETTINGS) == {Kind.OPEN: NOW}


def test_an_opened_call_is_dialled_after_the_pause_for_undoing() -> None:
    before = call(due_at=after(3))
    opened = before.opened("C1", "1.1")
    assert following(before, opened, NOW, SETTINGS) == {Kind.DIAL: after(3)}
    assert following(before, opened, after(60), SETTINGS) == {Kind.DIAL: after(63)}


def test_a_call_for_later_is_dialled_at_its_hour() -> None:
    before = call(hour=after(3600), due_at=after(3600))
    assert following(before, before.opened("C1", "1.1"), NOW, SETTINGS) == {Kind.DIAL: after(3600)}


def test_a_call_that_was_cancelled_before_it_was_opened_is_told_not_dialled() -> None:
    before = call()
    assert following(before, before.cancelled(WHY), NOW, SETTINGS) == {Kind.REPLY: NOW}


def test_a_call_under_way_is_looked_at_and_drawn() -> None:
    before = call(Status.DIALLING, **HOME)
    assert following(before, before.calling("id", None), NOW, SETTINGS) == {
        Kind.CHECK: after(15),
        Kind.CARD: NOW,
    }


def test_a_call_that_rang_before_its_answer_came_is_looked_at_at_once() -> None:
    before = call(Status.DIALLING, rung=1, **HOME)
    assert following(before, before.calling("id", None), NOW, SETTINGS) == {
        Kind.CHECK: NOW,
        Kind.CARD: NOW,
    }


@pytest.mark.parametrize(
    ("status", "known", "jobs"),
    [
        (Status.DIALLING, {}, {}),
        (Status.CALLING, {"outbound_call_id": "id"}, {Kind.CHECK: NOW}),
        (Status.UNKNOWN, {"outbound_call_id": "id"}, {Kind.CHECK: NOW}),
        (Status.UNKNOWN, {"hinted_id": "id"}, {Kind.CHECK: NOW}),
        (Status.UNKNOWN, {}, {}),
        (Status.COMPLETED, {"outbound_call_id": "id"}, {}),
    ],
)
def test_a_ring_lets_us_look_where_there_is_something_to_ask(
    status: Status, known: dict[str, str], jobs: dict[Kind, datetime]
) -> None:
    before = call(status, **HOME, **known)
    assert following(before, before.having(rung=1), NOW, SETTINGS) == jobs


def test_an_end_is_told_and_drawn() -> None:
    before = call(Status.CALLING, **HOME)
    ended = before.ended(outcome(Status.BUSY))
    assert following(before, ended, NOW, SETTINGS) == {Kind.REPLY: NOW, Kind.CARD: NOW}


def test_a_lost_call_that_rang_is_told_and_looked_at() -> None:
    before = call(Status.DIALLING, rung=1, hinted_id="id", **HOME)
    assert following(before, before.lost(WHY), NOW, SETTINGS) == {
        Kind.CHECK: NOW,
        Kind.REPLY: NOW,
        Kind.CARD: NOW,
    }


def test_what_was_told_already_is_not_told_again() -> None:
    before = call(Status.CALLING, announced=Status.UNKNOWN, **HOME)
    assert following(before, before.lost(WHY), NOW, SETTINGS) == {Kind.CARD: NOW}


@pytest.mark.parametrize(
    ("passed", "pause"),
    [
        (0, 15),
        (15, 15),
        (30, 15),
        (60, 30),
        (200, 100),
        (600, 300),
        (80_000, 300),
        (86_399, 1),
        (86_400, None),
        (90_000, None),
    ],
)
def test_the_pauses_between_looks_grow_until_it_is_given_up(
    passed: float, pause: float | None
) -> None:
    now = after(passed)
    expected = pause and now + timedelta(seconds=pause)
    assert next_look(call(Status.CALLING, dialled_at=NOW), now, SETTINGS) == expected


@pytest.mark.parametrize(
    ("passed", "later", "pause"), [(0, 1, 15), (0, 90, 90), (86_000, 3600, 400), (86_400, 1, None)]
)
def test_after_a_failure_it_is_looked_later_but_not_beyond_giving_up(
    passed: float, later: float, pause: float | None
) -> None:
    now = after(passed)
    wish = now + timedelta(seconds=later)
    expected = pause and now + timedelta(seconds=pause)
    assert next_look(call(Status.CALLING, dialled_at=NOW), now, SETTINGS, wish) == expected


def test_the_first_look_may_be_later_than_the_longest_pause() -> None:
    settings = SETTINGS.model_copy(update={"poll_first": 0.5, "poll_max": 0.25})
    assert next_look(call(Status.CALLING), NOW, settings) == after(0.5)


@pytest.mark.parametrize(
    ("failures", "wish", "pause"),
    [
        (0, None, 1),
        (1, None, 2),
        (2, None, 4),
        (8, None, 256),
        (9, None, 300),
        (100_000, None, 300),
        (5, 0.5, 0.5),
        (0, 7, 7),
        (0, 1e9, 3600),
        (2, 0, 4),
    ],
)
def test_the_pauses_after_failures_grow_unless_the_other_side_has_a_wish(
    failures: int, wish: float | None, pause: float
) -> None:
    assert retry_at(failures, NOW, wish) == after(pause)


WITH_LOG = SETTINGS.model_copy(update={"allomia_organization_id": "org"})
ENDED = call(
    Status.COMPLETED,
    outcome=outcome(Status.COMPLETED).having(noted_at=NOW),
    announced=Status.COMPLETED,
    **HOME,
)
PLACE = Place(channel="C1", ts="2.2")


def test_the_record_of_a_call_that_ended_is_looked_for_where_it_is_known_whose() -> None:
    before = call(Status.CALLING, **HOME)
    for status, first in ((Status.COMPLETED, 2), (Status.ENDED, 2), (Status.BUSY, 30)):
        ended = before.ended(outcome(status))
        usual = {Kind.REPLY: NOW, Kind.CARD: NOW}
        assert following(before, ended, NOW, SETTINGS) == usual
        assert following(before, ended, NOW, WITH_LOG) == usual | {Kind.DETAILS: after(first)}
    assert Kind.DETAILS not in following(before, before.lost(WHY), NOW, WITH_LOG)


def test_a_record_completes_the_card_and_the_reply_once_that_is_there() -> None:
    found = ENDED.detailed(RECORD)
    assert following(ENDED, found, NOW, WITH_LOG) == {Kind.CARD: NOW, Kind.QUOTE: NOW}
    told = ENDED.having(replied=PLACE)
    assert following(told, told.detailed(RECORD), NOW, WITH_LOG) == {
        Kind.CARD: NOW,
        Kind.AMEND: NOW,
        Kind.QUOTE: NOW,
    }
    assert following(found, found.having(replied=PLACE), NOW, WITH_LOG) == {Kind.AMEND: NOW}
    untold = told.having(announced=Status.UNKNOWN)
    assert Kind.AMEND not in following(untold, untold.detailed(RECORD), NOW, WITH_LOG)
    assert call().detailed(RECORD) == call()


def test_what_was_said_is_quoted_after_the_reply_where_that_comes_later() -> None:
    untold = ENDED.having(announced=None, record=RECORD)
    told = untold.having(announced=ENDED.status)
    assert following(untold, told, NOW, WITH_LOG) == {Kind.QUOTE: NOW}
    quoted = untold.having(quoted=PLACE)  # before it was known how the call ended
    assert following(quoted, told.having(quoted=PLACE), NOW, WITH_LOG) == {}


def test_a_direct_message_follows_the_reply_that_asks_for_it_and_is_completed() -> None:
    untold = ENDED.having(announced=None)
    told = ENDED.having(replied=PLACE.having(direct="U1"))
    assert following(untold, told, NOW, WITH_LOG) == {Kind.BESIDES: NOW}
    assert following(untold, ENDED.having(replied=PLACE), NOW, WITH_LOG) == {}
    posted = told.having(besides=PLACE)
    assert following(told, posted, NOW, WITH_LOG) == {}
    assert Kind.BESIDES in following(posted, posted.detailed(RECORD), NOW, WITH_LOG)
    assert Kind.BESIDES not in following(told, told.detailed(RECORD), NOW, WITH_LOG)
    unknown = posted.having(status=Status.UNKNOWN, announced=Status.UNKNOWN, outcome=None)
    assert Kind.BESIDES not in following(unknown, posted.having(announced=None), NOW, WITH_LOG)
    elsewhere = posted.having(replied=PLACE)  # the one message tells every state
    assert following(unknown, elsewhere, NOW, SETTINGS)[Kind.BESIDES] == NOW


@pytest.mark.parametrize(
    ("status", "since", "wish", "later"),
    [
        (Status.COMPLETED, 2, None, 2),
        (Status.COMPLETED, 60, None, 20),
        (Status.COMPLETED, 1800, None, 180),
        (Status.COMPLETED, 3540, None, 60),
        (Status.COMPLETED, 3600, None, None),
        (Status.COMPLETED, 60, 90, 90),
        (Status.COMPLETED, 60, 99999, 3600),
        (Status.NO_ANSWER, 30, None, 30),
        (Status.NO_ANSWER, 120, None, None),
    ],
)
def test_the_pauses_between_looks_for_a_record_grow_until_it_is_given_up(
    status: Status, since: float, wish: float | None, later: float | None
) -> None:
    ended = call(status, outcome=outcome(status).having(noted_at=NOW))
    found = next_detail(ended, after(since), wish)
    assert found == (None if later is None else after(since + later))


def test_where_a_call_never_ended_there_is_no_record() -> None:
    assert next_detail(call(), NOW) is None
    assert first_detail(outcome(Status.FAILED)) == timedelta(seconds=30)


def test_who_sees_to_a_call_is_told_where_that_has_changed() -> None:
    left = call(Status.BUSY, announced=Status.BUSY, **HOME)
    assigned = left.having(assigned_to="U1")
    assert Kind.HAND in following(left, assigned, NOW, SETTINGS)
    assert Kind.HAND in following(assigned, assigned.having(assigned_to="U2"), NOW, SETTINGS)
    for same in (assigned.having(done_by="U1", done_at=NOW), left):
        assert Kind.HAND not in following(assigned, same, NOW, SETTINGS)

"""What the calls of some days came to: counted, drawn within Slack's limits, told to who asks."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calls import period, store, tally
from calls.clock import now
from calls.outcome import Outcome
from calls.record import Record
from calls.status import Status
from calls.switchboard import Switchboard
from calls.tally import Sample, Tally
from desks import TEAM, home, made
from flow import away, quiet
from house import NUMBER, House
from sandbox.workspace import FRONT_DESK
from slack_rules.check_slack import check_args
from switch import opened, postgres_only
from views import statistics
from views.text import Text

EN, FR = Text("en"), Text("fr")


USUAL = Sample(Status.COMPLETED, voicemail=False, assistant="", hour=9, seconds=60.0, sentiment="")
sample = USUAL._replace


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("", 7),
        ("today", 1),
        ("aujourd’hui", 1),
        ("Week", 7),
        ("mois", 30),
        ("année", 365),
        ("14", 14),
        ("14 days", 14),
        ("3 semaines", 21),
        ("2w", 14),
        ("366", 366),
        ("367", None),
        ("0", None),
        ("soon", None),
        ("-3", 3),
        ("60 weeks", None),
    ],
)
def test_a_span_is_read_in_both_languages(typed: str, days: int | None) -> None:
    assert period.days(typed) == days


def test_only_a_person_on_the_line_counts_as_reached() -> None:
    found = tally.counted(
        [
            sample(assistant="Reminder", sentiment="positive"),
            sample(assistant="Reminder", voicemail=True),
            sample(status=Status.NO_ANSWER, assistant="Reminder", hour=14, seconds=None),
            sample(status=Status.CANCELLED, hour=None, seconds=None),
            sample(assistant="Survey", hour=15, seconds=30.0, sentiment="furious"),
        ]
    )
    assert found.ends == {"completed": 2, "voicemail": 1, "no-answer": 1, "cancelled": 1}
    assert (found.whole.calls, found.whole.tried, found.whole.reached) == (5, 4, 2)
    assert (found.whole.rate, found.whole.seconds) == (0.5, 45.0)
    assert found.whole.feelings == {"positive": 1}
    assert {at: one.rate for at, one in found.bins.items()} == {8: 0.5, 14: 0.5}
    assert {name: one.calls for name, one in found.assistants.items()} == {
        "Reminder": 3,
        "": 1,
        "Survey": 1,
    }


def everything() -> Tally:
    """Count calls of every kind, at every hour, by far too many assistants."""
    return tally.counted(
        sample(status=status, voicemail=at % 5 == 0, assistant="A" * 60 + str(at), hour=at % 24)
        for at, status in enumerate(list(Status)[3:] * 30)
    )


@pytest.mark.parametrize("text", [EN, FR], ids=["en", "fr"])
def test_charts_and_tables_stay_within_slacks_limits(text: Text) -> None:
    many = everything().having(more=True)
    for message in (statistics.render(many, 366, text), statistics.plain(many, 366, text)):
        asked = {"channel": FRONT_DESK, "text": message.text, "blocks": message.blocks}
        assert check_args("chat.postMessage", asked) == []
    shown = statistics.render(many, 366, text).blocks
    kinds = [block["type"] for block in shown]
    assert (kinds.count("data_visualization"), kinds.count("table")) == (2, 1)


def test_without_calls_there_is_one_sentence() -> None:
    told = statistics.render(tally.counted([]), 1, EN)
    assert told.text == "No call has ended in the last 24 hours."
    assert statistics.plain(tally.counted([]), 1, EN).text == told.text


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Switchboard]:
    async with opened(database_url) as board:
        yield board


async def test_calls_that_are_over_are_counted_but_for_trials_and_older_ones(
    board: Switchboard,
) -> None:
    noon = datetime.now(UTC).replace(hour=17, minute=30)  # 12:30 or 13:30 there
    ended = Outcome(status=Status.COMPLETED, word="completed", duration=42)
    left = ended.having(ended_reason="voicemail")
    record = Record(id="r", sentiment=" Positive ", outcome="confirmed")
    usual: dict[str, Any] = {
        "dialled_at": noon,
        "zone": "America/Toronto",
        "assistant_name": "Reminder",
    }
    old = now() - timedelta(days=8)
    calls = [
        made(1, outcome=ended, record=record, **usual),
        made(2, outcome=left, **usual),
        made(3, Status.BUSY, outcome=ended.having(status=Status.BUSY, duration=None), **usual),
        made(4, Status.UNKNOWN),
        made(5, Status.CALLING, **usual),
        made(6, outcome=ended, trial=True, **usual),
        made(7, outcome=ended, placed_at=old, **usual),
        made(8, outcome=ended, team="T0OTHER"),
    ]
    async with board.database.write() as connection:
        for call in calls:
            assert await store.add(connection, call)
    found = await board.statistics.of(TEAM, 7)
    assert found.ends == {"completed": 1, "voicemail": 1, "busy": 1, "unknown": 1}
    assert (found.whole.tried, found.whole.reached, found.whole.seconds) == (3, 1, 42)
    assert found.whole.feelings == {"positive": 1}
    assert list(found.bins) == [12]
    assert (await board.statistics.of(TEAM, 7)) is found
    assert (await board.statistics.of(TEAM, 30, fresh=0)).whole.calls == 5


@pytest.mark.windows
async def test_who_asks_sees_charts_or_words_where_slack_refuses_them(house: House) -> None:
    house.allomia.plan(after=0)
    await house.placed(f"now {NUMBER} Marie")
    await quiet(house)
    await house.ana.command("stats", FRONT_DESK)
    shown = await house.slack.until(lambda: house.ana.ephemerals)
    kinds = [block["type"] for block in shown[-1].blocks]
    assert kinds[-3:] == ["data_visualization", "data_visualization", "table"]
    house.slack.fail("response_url", status=400)
    await house.ana.command("stats semaine", FRONT_DESK)
    in_words = await house.slack.until(lambda: house.ana.ephemerals[1:])
    assert {block["type"] for block in in_words[0].blocks} == {"section"}
    await house.ana.command("stats never", FRONT_DESK)
    await house.slack.until(lambda: "a number of days" in house.ana.ephemerals[-1].text)


@pytest.mark.windows
async def test_home_has_the_last_days_in_a_table_or_in_words(house: House) -> None:
    house.allomia.plan(after=0)
    await house.placed(f"now {NUMBER} Marie")
    await quiet(house)
    await house.ana.open_home()
    shown = await home(house, house.ana, "The last 7 days")
    assert "table" in [block["type"] for block in shown["blocks"]]
    house.slack.fail("views.publish", error="invalid_blocks")
    await house.ana.open_home()
    await home(house, house.ana, "*Usual assistant*: *1* calls")


@postgres_only
async def test_who_asks_while_the_database_is_away_is_told_so(house: House) -> None:
    async with away(house):
        await house.ana.command("stats", FRONT_DESK)
        told = await house.slack.until(lambda: house.ana.ephemerals)
    assert told[-1].text.startswith("I cannot count the calls")

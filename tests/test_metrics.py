"""``GET /metrics`` tells what happened, what waits, and nothing that is a secret."""

import math

from figured import Since, scraped, told
from flow import away, hurry, place, quiet
from house import NUMBER, House
from sandbox.workspace import FRONT_DESK
from switch import postgres_only, sqlite_only


async def test_calls_callbacks_and_requests_are_counted_by_how_they_came_out(
    house: House,
) -> None:
    since = Since(await told(house))
    house.allomia.answer_create(status=429)
    first = await house.placed()
    assert await house.allomia.end(first, "busy") == [204]
    await house.reply()
    assert await house.allomia.ring(first, token="forged") == [404]
    await quiet(house)

    assert await since.more(
        house,
        "calls_placed_total",
        "calls_ended_total",
        "callbacks_total",
        "dial_delay_seconds_count",
        "announce_delay_seconds_count",
    ) == {
        ("calls_placed_total",): 1,
        ("calls_ended_total", "busy"): 1,
        ("callbacks_total", "noted"): 1,
        ("callbacks_total", "of_no_call"): 1,
        ("dial_delay_seconds_count",): 2,
        ("announce_delay_seconds_count",): 1,
    }
    asked = await since.more(house, "requests_total")
    assert asked["requests_total", "create", "429", "allomia"] == 1
    assert asked["requests_total", "create", "201", "allomia"] == 1
    assert asked["requests_total", "chat.postMessage", "ok", "slack"] == 2


async def test_pauses_that_slack_asks_for_are_timed(house: House) -> None:
    since = Since(await told(house))
    house.slack.fail("chat.postMessage", status=429, retry_after=1)
    await house.placed()
    found = await since.more(house, "rate_limit_wait_seconds_sum", "requests_total")
    assert found["rate_limit_wait_seconds_sum", "chat.postMessage", "slack"] == 1
    assert found["requests_total", "chat.postMessage", "ratelimited", "slack"] == 1


async def test_a_gesture_repeated_is_counted_once(house: House) -> None:
    since = Since(await told(house))
    answer = await house.ana.command(f"now {NUMBER} Marie", FRONT_DESK)
    await house.ana.repeat(answer)
    await house.card("Calling")
    assert await since.more(house, "calls_placed_total") == {("calls_placed_total",): 1}


async def test_what_waits_is_read_from_the_database(closed_house: House) -> None:
    async with closed_house.open(ROLE="web") as house:
        await place(house)
        found = await told(house)
        assert (found["jobs",], found["jobs_due",], found["database_up",]) == (1, 1, 1)
        assert 0 <= found["jobs_oldest_seconds",] < 60
        await hurry(house)
        assert (await told(house))["jobs_failing",] == 0


@postgres_only  # a locked SQLite can still be read
async def test_a_database_that_is_away_is_told_and_its_figures_are_not_made_up(
    house: House,
) -> None:
    async with away(house):
        found = await told(house)
    assert (found["database_up",], math.isnan(found["jobs",])) == (0, True)
    assert (await told(house))["database_up",] == 1


async def test_nothing_of_a_person_or_a_secret_is_told(house: House) -> None:
    await house.placed(f"now {NUMBER} Marie slot=Tuesday")
    told_of = await scraped(house)
    kept = [house.environ["SLACK_BOT_TOKEN"], house.environ["ALLOMIA_API_KEY"], NUMBER, "Marie"]
    assert [secret for secret in kept if secret in told_of] == []


@sqlite_only
async def test_every_process_tells_its_memory_and_its_start(house: House) -> None:
    found = await scraped(house)
    assert {"process_resident_memory_bytes", "process_start_time_seconds"} <= set(found.split())

"""What Slack has told is kept for a while, asked once at a time, and never without bound."""

import asyncio

import pytest

from handlers.delivery import Later
from handlers.memory import AT_ONCE, Memory


class Told:
    """A Slack that answers in turn; an answer of none is an outage."""

    def __init__(self, *answers: int | None) -> None:
        self.answers = list(answers)
        self.at = 0.0  # what the clock says

    def clock(self) -> float:
        return self.at

    async def question(self) -> int:
        await asyncio.sleep(0)
        answer = self.answers.pop(0)
        if answer is None:
            raise Later(7)
        return answer


async def test_an_answer_is_asked_for_again_once_it_is_old() -> None:
    slack = Told(1, 2)
    memory: Memory[str, int] = Memory(slack.clock)
    found = []
    for slack.at in (0, 300, 301, 400):
        found.append(await memory.learn("x", slack.question, 300))
    assert (found, slack.answers) == ([1, 1, 2, 2], [])


async def test_in_an_outage_the_last_hour_counts_and_nothing_older() -> None:
    slack = Told(1, None, None)
    memory: Memory[str, int] = Memory(slack.clock)
    await memory.learn("x", slack.question, 0)
    slack.at = 3600
    assert await memory.learn("x", slack.question, 300) == memory.recall("x") == 1
    slack.at = 3601
    with pytest.raises(Later) as fault:
        await memory.learn("x", slack.question, 300)
    assert (fault.value.after, memory.recall("x")) == (7, None)


async def test_what_is_asked_by_many_at_once_is_asked_once() -> None:
    slack = Told(1)
    memory: Memory[str, int] = Memory(slack.clock)
    asked = [memory.learn("x", slack.question, 0) for _ in range(5)]
    assert await asyncio.gather(*asked) == [1] * 5


async def test_who_goes_away_leaves_the_question_to_the_others() -> None:
    slack = Told(1)
    memory: Memory[str, int] = Memory(slack.clock)
    gone = asyncio.create_task(memory.learn("x", slack.question, 0))
    await asyncio.sleep(0)
    gone.cancel()
    assert await memory.learn("x", slack.question, 0) == 1
    assert gone.cancelled()


async def test_of_too_many_answers_the_first_makes_room() -> None:
    slack = Told(1, 2, 3, 4)
    memory: Memory[str, int] = Memory(slack.clock, most=2)
    for name in ("x", "y", "x", "z"):
        await memory.learn(name, slack.question, 0)
    assert [memory.recall(name) for name in ("x", "y", "z")] == [3, None, 4]


async def test_no_more_is_asked_at_once_than_slack_should_bear_nor_after_the_end() -> None:
    held = asyncio.Event()

    async def question() -> int:
        await held.wait()
        return 1

    memory: Memory[int, int] = Memory()
    asked = [asyncio.create_task(memory.learn(n, question, 0)) for n in range(AT_ONCE)]
    await asyncio.sleep(0)
    with pytest.raises(Later):
        await memory.learn(-1, question, 0)
    await memory.close()
    assert all(one.cancelled() for one in (await asyncio.wait(asked))[0])
    await Memory[int, int]().close()

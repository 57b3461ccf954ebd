"""One call from ``/call`` to its outcome, as the person at the front desk sees it."""

from collections.abc import Iterable

from sandbox import terminal
from sandbox.rehearsal import Rehearsal, rehearsal
from sandbox.workspace import ANA, FRONT_DESK, Message

TYPED = "514 555 1234 Marie Tremblay"
TOLD = "slot = Tuesday 3 pm\npractitioner = Dr Roy"


async def play() -> bool:
    """Play the story, printing each step; tell whether the outcome arrived in the thread."""
    try:
        async with rehearsal(UNDO_SECONDS="1") as stage:
            await _played(stage)
    except (AssertionError, TimeoutError) as fault:
        print(f"\nThe story did not end as it should: {fault}")
        return False
    print("\nThat was one call, from /call to its outcome. Nobody was really called.")
    return True


async def _played(stage: Rehearsal) -> None:
    slack, allomia = stage.slack, stage.allomia
    ana = slack.person(ANA)

    _say(f"Ana types in #front-desk: /call {TYPED}")
    await ana.command(TYPED, FRONT_DESK)
    form = await slack.until(lambda: ana.modal)
    _say("Slack opens the form; Ana adds what the assistant should know:")
    ana.fill(form, {"variables": TOLD})
    _show(terminal.window(form, slack.workspace))

    answer = await ana.submit(form, {})
    _say(f"She places the call (Slack had its answer after {answer.seconds * 1000:.0f} ms):")
    card = await slack.until(lambda: _card(stage))
    _show(terminal.message(card, slack.workspace))

    placed = await allomia.until(lambda: next(iter(allomia.dialled()), None))
    told = ", ".join(f"{key}: {value}" for key, value in placed.body["dynamicVariables"].items())
    _say(f"After the undo pause, AlloMia is asked to dial {placed.number} ({told}):")
    await slack.until(lambda: "Calling" in card.words)
    _show(terminal.message(card, slack.workspace))

    rang = await allomia.end(placed.outbound_call_id, "completed", duration=102)
    assert rang == [204], f"the callback was answered {rang}"
    _say("Marie answers, confirms and hangs up; AlloMia rings the callback. In the thread:")
    (reply,) = await slack.until(lambda: slack.workspace.replies(FRONT_DESK, card.ts))
    _show(terminal.message(reply, slack.workspace))
    assert "1 min 42 s" in reply.words, f"the reply says {reply.words!r}"

    await slack.until(lambda: "Completed" in card.words)
    _say("And the call's message now reads:")
    _show(terminal.message(card, slack.workspace))


def _card(stage: Rehearsal) -> Message | None:
    return next(iter(stage.slack.workspace.messages(FRONT_DESK)), None)


def _say(line: str) -> None:
    print(f"\n{line}")


def _show(lines: Iterable[str]) -> None:
    for line in lines:
        print(f"  │ {line}")

"""Judges a whole rehearsal: everything that the app and the stand-in Slack said to each other."""

from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.traffic import Exchange
from slack_rules.check_slack import check_args, check_blocks, check_payload

PATIENCE = 3  # seconds that Slack waits for an answer


def complaints(log: Sequence[Exchange]) -> list[str]:
    """Return what Slack would not have said or accepted; empty when all is well."""
    return [
        f"{exchange.at:.3f} {exchange.what}: {complaint}"
        for exchange in log
        for complaint in _complaints(exchange)
    ]


def _complaints(exchange: Exchange) -> Iterator[str]:
    match exchange.sender, exchange.receiver:
        case "app", "slack":
            # slack_sdk adds team_id to every request once Bolt knows the workspace; Slack allows it.
            args = {k: v for k, v in exchange.request.items() if k != "team_id"}
            yield from check_args(exchange.what, args)
        case "slack", "app" if not exchange.deliberate:
            yield from check_payload(exchange.what, exchange.request)
            yield from _of_the_answer(exchange)


def _of_the_answer(exchange: Exchange) -> Iterator[str]:
    if exchange.status != 200:
        yield f"answered with {exchange.status}, Slack wants 200"
    if exchange.seconds > PATIENCE:
        yield f"answered after {exchange.seconds:.1f} s, Slack waits {PATIENCE}"
    answer: Any = exchange.answer
    if exchange.what == "view_submission" and answer:
        yield from check_payload("view_response", answer)
    elif exchange.what == "slash_command" and isinstance(answer, dict):
        yield from check_blocks(answer.get("blocks", []))
        if not answer.get("text"):
            yield "text: give a fallback next to blocks, for notifications and screen readers"

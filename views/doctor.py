"""What the doctor found, a line each: for a terminal, for Slack, and for machines."""

from collections.abc import Sequence
from typing import Any

from calls.findings import Finding, Mark
from views.message import Message, made, section
from views.modal import modal
from views.mrkdwn import Mrkdwn
from views.text import Text

PLAIN = {Mark.GOOD: "✓", Mark.WRONG: "✗", Mark.NOTE: "–", Mark.SKIPPED: "–"}
EMOJI = {
    Mark.GOOD: ":white_check_mark:",
    Mark.WRONG: ":x:",
    Mark.NOTE: ":information_source:",
    Mark.SKIPPED: ":heavy_minus_sign:",
}


def lines(findings: Sequence[Finding], text: Text) -> list[str]:
    """Write the findings for a terminal, and what they come to."""
    told = [
        f"{PLAIN[one.mark]} "
        + text("particular", label=_label(one, text), told=text.reason(one.reason))
        for one in findings
    ]
    return [*told, _sum(findings, text)]


def render(findings: Sequence[Finding], text: Text) -> Message:
    """Write the findings for Slack."""
    told = [_line(one, text) for one in findings]
    end = Mrkdwn(f"*{_sum(findings, text)}*")
    return made(Mrkdwn("\n".join([end, *told])), [section(part) for part in (end, *told)])


def window(findings: Sequence[Finding], text: Text) -> dict[str, Any]:
    """Write the findings for Slack, in a window."""
    blocks = render(findings, text).blocks
    return modal(text, "form.loading_title", blocks, close="details.close")


def _line(one: Finding, text: Text) -> Mrkdwn:
    label, told = Mrkdwn(f"*{_label(one, text)}*"), text.mrkdwn_reason(one.reason)
    return Mrkdwn(f"{EMOJI[one.mark]} {text.mrkdwn('particular', label=label, told=told)}")


def document(findings: Sequence[Finding], text: Text) -> dict[str, Any]:
    """Write the findings for machines: ``found`` is stable, ``told`` is for people."""
    return {
        "healthy": not _wrong(findings),
        "findings": [
            {
                "check": one.check.value,
                "mark": one.mark.value,
                "found": one.reason.key.partition(".")[2],
                "told": text.reason(one.reason),
            }
            for one in findings
        ],
    }


def _label(finding: Finding, text: Text) -> str:
    return text(f"doctor.label.{finding.check}")


def _wrong(findings: Sequence[Finding]) -> int:
    return sum(one.mark is Mark.WRONG for one in findings)


def _sum(findings: Sequence[Finding], text: Text) -> str:
    number = _wrong(findings)
    return text("doctor.ill", number=str(number)) if number else text("doctor.healthy")

"""What the calls of some days came to: charts and tables where Slack takes them, else words."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, HeaderBlock, TableBlock
from slack_sdk.models.blocks.basic_components import RawTextObject

from calls.tally import BIN, FEELINGS, Share, Tally
from views.message import Message, context, made, section
from views.mrkdwn import Mrkdwn, escaped, gathered
from views.text import Text

SEGMENTS = 6  # of a pie
LABEL = 20  # characters
ROWS = 20  # assistants
NONE = "–"


def render(tally: Tally, days: int, text: Text) -> Message:
    """Tell it with charts and tables."""
    if not tally.whole.calls:
        return made(nothing(days, text), [section(nothing(days, text))])
    charts = [_ends(tally, text), *_rates(tally, text)]
    blocks = [*_head(tally, days, text), table(tally.assistants, text)]
    drawn = made(_words(tally, days, text), blocks)
    return drawn.having(blocks=[*drawn.blocks[:-1], *charts, drawn.blocks[-1]])


def plain(tally: Tally, days: int, text: Text) -> Message:
    """Tell it in words."""
    told = _words(tally, days, text) if tally.whole.calls else nothing(days, text)
    return made(told, [section(part) for part in gathered(_lines(told))])


def nothing(days: int, text: Text) -> Mrkdwn:
    """Say that there were no calls."""
    return text.mrkdwn("statistics.none", span=span(days, text))


def span(days: int, text: Text) -> str:
    """Name the days."""
    return text("statistics.day") if days == 1 else text("statistics.days", days=str(days))


def _head(tally: Tally, days: int, text: Text) -> list[Block]:
    blocks: list[Block] = [
        HeaderBlock(text=text("statistics.title", span=span(days, text))),
        section(_sentence(tally.whole, text)),
        context(text.mrkdwn("statistics.counted")),
    ]
    if tally.more:
        blocks.append(context(text.mrkdwn("statistics.more", many=str(tally.whole.calls))))
    return blocks


def _sentence(share: Share, text: Text) -> Mrkdwn:
    return text.mrkdwn(
        "statistics.sentence",
        calls=str(share.calls),
        tried=str(share.tried),
        reached=str(share.reached),
        rate=_percent(share.rate),
        duration=_duration(share, text),
    )


def _percent(rate: float | None) -> str:
    return NONE if rate is None else f"{rate:.0%}".replace("%", "\u00a0%")


def _duration(share: Share, text: Text) -> str:
    return NONE if share.seconds is None else text.duration(share.seconds)


def _end(end: str, text: Text) -> str:
    return text(f"statistics.end.{end}")


def _ends(tally: Tally, text: Text) -> dict[str, Any]:
    """Draw how many came to which end; where there are too many ends, the rarest together."""
    found = list(tally.ends.items())
    shown, rest = (found, 0) if len(found) <= SEGMENTS else (found[: SEGMENTS - 1], 1)
    segments = [{"label": _end(end, text)[:LABEL], "value": many} for end, many in shown]
    if rest:
        others = sum(many for _, many in found[SEGMENTS - 1 :])
        segments.append({"label": text("statistics.others"), "value": others})
    return _chart(text("statistics.ends"), {"type": "pie", "segments": segments})


def _rates(tally: Tally, text: Text) -> list[dict[str, Any]]:
    """Draw which part was reached, by two hours of the day."""
    rates = {hours(at): share.rate for at, share in tally.bins.items()}
    told = {label: rate for label, rate in rates.items() if rate is not None}
    if not told:
        return []
    points = [{"label": label, "value": round(rate * 100)} for label, rate in told.items()]
    chart = {
        "type": "bar",
        "series": [{"name": text("statistics.rate"), "data": points}],
        "axis_config": {
            "categories": list(told),
            "x_label": text("statistics.hours"),
            "y_label": "%",
        },
    }
    return [_chart(text("statistics.rates"), chart)]


def _chart(title: str, chart: dict[str, Any]) -> dict[str, Any]:
    """Make a chart, for which slack_sdk has no model yet.

    https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
    """
    return {"type": "data_visualization", "title": title, "chart": chart}


def hours(begin: int) -> str:
    """Write two hours of the day."""
    return f"{begin}–{begin + BIN}\u00a0h"


def table(assistants: Mapping[str, Share], text: Text) -> TableBlock:
    """Draw a table of assistants, those with most calls."""
    head = [text(f"statistics.column.{name}") for name in COLUMNS]
    rows = [_row(name, share, text) for name, share in list(assistants.items())[:ROWS]]
    right = [{"align": "right" if at else "left"} for at in range(len(COLUMNS))]
    cells = [[RawTextObject(text=cell).to_dict() for cell in row] for row in (head, *rows)]
    return TableBlock(rows=cells, column_settings=right)


COLUMNS = ("assistant", "calls", "reached", "rate", "duration", *FEELINGS)


def _row(name: str, share: Share, text: Text) -> Sequence[str]:
    return (
        name or text("statistics.unnamed"),
        str(share.calls),
        str(share.reached),
        _percent(share.rate),
        _duration(share, text),
        *(str(share.feelings.get(feeling, 0)) for feeling in FEELINGS),
    )


def in_words(assistants: Mapping[str, Share], text: Text) -> list[Mrkdwn]:
    """Write what the table shows, a line an assistant."""
    return [
        text.mrkdwn("statistics.line", name=row[0], told=_sentence(share, text))
        for row, share in (
            (_row(name, share, text), share) for name, share in list(assistants.items())[:ROWS]
        )
    ]


def _words(tally: Tally, days: int, text: Text) -> Mrkdwn:
    ends = ", ".join(f"{_end(end, text)} {many}" for end, many in tally.ends.items())
    rates = ", ".join(f"{hours(at)} {_percent(one.rate)}" for at, one in tally.bins.items())
    feelings = ", ".join(
        f"{text(f'statistics.column.{name}')} {many}" for name, many in tally.whole.feelings.items()
    )
    lines = [
        text.mrkdwn("statistics.heading", span=span(days, text)),
        _sentence(tally.whole, text),
        text.mrkdwn("statistics.list", title=text("statistics.ends"), told=escaped(ends)),
        *_listed(text("statistics.rates"), rates, text),
        *_listed(text("statistics.feelings"), feelings, text),
        *in_words(tally.assistants, text),
    ]
    return Mrkdwn("\n".join(lines))


def _listed(title: str, told: str, text: Text) -> list[Mrkdwn]:
    return [text.mrkdwn("statistics.list", title=title, told=told)] if told else []


def _lines(told: Mrkdwn) -> list[Mrkdwn]:
    return [Mrkdwn(line) for line in told.split("\n")]

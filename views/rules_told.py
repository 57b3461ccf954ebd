"""The rules of a workspace in words, part by part."""

from collections.abc import Sequence

from calls.hours import Hours
from calls.rules import Rules
from views import rules_numbers, rules_privacy
from views.countries import spoken
from views.mrkdwn import Mrkdwn, channel, user
from views.rules_hours import days_told, holidays_told
from views.text import Text


def lines(rules: Rules, usual: Hours, undo: float, text: Text) -> dict[str, list[Mrkdwn]]:
    """Tell what holds; ``usual`` and ``undo`` where the workspace has decided nothing."""
    return {
        "hours": _hours(rules.hours, usual, text),
        "who": _who(rules, text),
        "much": _much(rules, undo, text),
        "where": _where(rules, text),
        "telling": _telling(rules, text),
        "numbers": rules_numbers.lines(rules, text),
        "privacy": rules_privacy.told(rules, text),
    }


def number(value: float) -> str:
    """Write a number without the zeros that say nothing."""
    return f"{value:g}"


def _hours(found: Hours | None, usual: Hours, text: Text) -> list[Mrkdwn]:
    holds = found or usual
    default = [] if found else [text.mrkdwn("rules.by_default")]
    return [*map(Mrkdwn, days_told(holds, text)), *holidays_told(holds, text), *default]


def _who(rules: Rules, text: Text) -> list[Mrkdwn]:
    told = [text.mrkdwn("rules.told_everybody")]
    if rules.people or rules.channels:
        told = []
    if rules.people:
        told.append(text.mrkdwn("rules.told_people", people=_mentions(rules.people)))
    if rules.channels:
        told.append(text.mrkdwn("rules.told_channels", channels=_links(rules.channels)))
    if rules.administrators:
        also = _mentions(rules.administrators)
        return [*told, text.mrkdwn("rules.told_administrators", people=also)]
    return [*told, text.mrkdwn("rules.told_own_administrators")]


def _much(rules: Rules, undo: float, text: Text) -> list[Mrkdwn]:
    limits = ("per_person", "per_workspace", "at_once", "same_number")
    told = [_limit(name, getattr(rules, name), text) for name in limits]
    if rules.undo_seconds is None:
        pause = text.mrkdwn("rules.told_undo_default", seconds=number(undo))
    else:
        pause = text.mrkdwn("rules.told_undo", seconds=number(rules.undo_seconds))
    return [*told, pause]


def _limit(name: str, most: int | None, text: Text) -> Mrkdwn:
    words = text("rules.none") if most is None else str(most)
    return text.mrkdwn(f"rules.told_{name}", most=words)


def _where(rules: Rules, text: Text) -> list[Mrkdwn]:
    countries = text("rules.all_countries")
    if rules.countries:
        countries = spoken(rules.countries, text.language)
    shared = _links(rules.shared_channels) or text("rules.no_channels")
    said = _links(rules.transcripts) or text("rules.no_channels")
    unsaid = _links(rules.no_transcripts) or text("rules.no_channels")
    names = "full" if rules.full_names else "initials"
    return [
        text.mrkdwn("rules.told_countries", countries=countries),
        text.mrkdwn("rules.told_shared", channels=shared),
        text.mrkdwn(f"rules.told_{names}"),
        text.mrkdwn("rules.told_transcripts", channels=said),
        text.mrkdwn("rules.told_no_transcripts", channels=unsaid),
    ]


def _telling(rules: Rules, text: Text) -> list[Mrkdwn]:
    if not rules.tellings:
        return [text.mrkdwn("telling.quiet")]
    return [text.mrkdwn("telling.some", number=str(len(rules.tellings)))]


def _mentions(people: Sequence[str]) -> Mrkdwn:
    return Mrkdwn(", ".join(map(user, people)))


def _links(channels: Sequence[str]) -> Mrkdwn:
    return Mrkdwn(", ".join(map(channel, channels)))

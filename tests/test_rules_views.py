"""The windows of the rules, in both languages and as full as they can be: Slack takes them."""

from typing import Any

import pytest
from phonenumbers import SUPPORTED_REGIONS

from calls import hours
from calls.clock import now
from calls.errors import NotAllowed, Reason
from calls.hours import Holiday, Hours, Window
from calls.rules import Rules, Stop
from calls.workspace import Workspace
from slack_rules.check_slack import check_view
from views import administration, countries, home, rules
from views.home import Sight
from views.rules import Defaults, Part
from views.text import LANGUAGES, Text

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
NINE = Window(start=540, end=600)
FULL = Rules(
    hours=Hours(
        days=(tuple(Window(start=n * 60, end=n * 60 + 30) for n in range(8)), *[(NINE,), ()] * 3),
        holidays=tuple(Holiday(month=12, day=25, name="<&*_~`:a:" * 6) for _ in range(40)),
    ),
    people=tuple(f"U0{n:09}" for n in range(300)),
    channels=tuple(f"C0{n:09}" for n in range(300)),
    administrators=tuple(f"U1{n:09}" for n in range(300)),
    per_person=100_000,
    per_workspace=100_000,
    at_once=1000,
    same_number=10_080,
    countries=tuple(sorted(SUPPORTED_REGIONS)),
    shared_channels=tuple(f"C1{n:09}" for n in range(300)),
    full_names=True,
    transcripts=tuple(f"C2{n:09}" for n in range(300)),
    no_transcripts=tuple(f"C3{n:09}" for n in range(300)),
    numbers=tuple(f"U2{n:09}" for n in range(300)),
    number_channels=tuple(f"C4{n:09}" for n in range(300)),
    retention_days=3650,
    undo_seconds=599.5,
)
USUAL = [
    Defaults(hours=hours.read("always"), undo_seconds=3),
    Defaults(hours=hours.read("09:00-12:00, 13:00-20:00"), undo_seconds=2592000),
]


def windows(found: Rules, text: Text) -> list[dict[str, Any]]:
    """Draw every window of the rules."""
    space = Workspace(version=7, rules=found)
    drawn = [rules.loading(text)]
    for usual in USUAL:
        drawn += [rules.overview(found, usual, text)]
        drawn += [rules.form(part, space, usual, text, moved=True) for part in Part]
    return drawn


@in_both_languages
@pytest.mark.parametrize("found", [Rules(), FULL], ids=["empty", "full"])
def test_slack_takes_every_window_of_the_rules(found: Rules, language: str) -> None:
    drawn = windows(found, Text(language))
    assert [check_view(view) for view in drawn] == [[]] * len(drawn)


@in_both_languages
def test_slack_takes_a_home_on_which_dialling_is_stopped(language: str) -> None:
    text, stop = Text(language), Stop(by="U1", at=now())
    for space in (Workspace(), Workspace(stopped=stop)):
        assert bool(administration.stopped(space, text)) is bool(space.stopped)
        sight = Sight(viewer="U1", looked=now(), workspace=space, administers=True)
        assert check_view(home.render(sight, text)) == []


def submitted(view: dict[str, Any], **changes: dict[str, Any]) -> dict[str, Any]:
    """Return a form as it comes back untouched, but for some fields."""
    keys = ("initial_value", "value"), ("initial_users", "selected_users")
    more = (
        ("initial_conversations", "selected_conversations"),
        ("initial_options", "selected_options"),
    )
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if element := block.get("element"):
            state = {
                after: element[before] for before, after in (*keys, *more) if before in element
            }
            state = changes.get(block["block_id"], state)
            values[block["block_id"]] = {element["action_id"]: state}
    return {"private_metadata": view["private_metadata"], "state": {"values": values}}


@in_both_languages
@pytest.mark.parametrize("usual", USUAL)
@pytest.mark.parametrize("part", Part)
def test_a_form_that_is_not_touched_changes_nothing(
    part: Part, usual: Defaults, language: str
) -> None:
    shorter = FULL.hours and FULL.hours.having(holidays=(Holiday(month=1, day=1, name="x"),))
    for found in (Rules(), FULL.having(hours=shorter)):
        view = rules.form(part, Workspace(version=3, rules=found), usual, Text(language))
        after = found.having(**rules.read(submitted(view), part, usual))
        assert after == found
        kept = rules.kept(view)
        assert (kept.part, kept.version, kept.still(found)) == (part, 3, True)
        assert not kept.still(found.having(at_once=17))


@in_both_languages
@pytest.mark.parametrize(("typed", "read"), [("7", 7), ("2.5", 2.5), ("2,5", 2.5), ("0", 0)])
def test_a_pause_may_be_a_part_of_a_second(language: str, typed: str, read: float) -> None:
    view = rules.form(Part.MUCH, Workspace(), USUAL[0], Text(language))
    filled = submitted(view, undo_seconds={"value": typed})
    assert rules.read(filled, Part.MUCH, USUAL[0])["undo_seconds"] == read


@pytest.mark.parametrize("typed", ["nan", "inf", "1e9", "-0.1", "x"])
def test_a_pause_that_is_none_is_refused(typed: str) -> None:
    view = rules.form(Part.MUCH, Workspace(), USUAL[0], Text("en"))
    with pytest.raises(NotAllowed) as fault:
        rules.read(submitted(view, undo_seconds={"value": typed}), Part.MUCH, USUAL[0])
    values = {"least": "0", "most": "600"}
    reason = Reason(key="refused.rule.number", values=values, field="undo_seconds")
    assert fault.value.reasons == (reason,)


@in_both_languages
def test_every_country_has_a_name_of_its_own(language: str) -> None:
    known = countries.names(language)
    assert known.keys() == SUPPORTED_REGIONS
    assert len(set(known.values())) == len(known)
    offered = [code for codes in countries.by_letter(language).values() for code in codes]
    assert offered == list(known)
    assert countries.spoken(["US", "CA", "001"], language).startswith("001, Canada, ")
    assert list(countries.by_letter(language)) == sorted(countries.by_letter(language))


def test_a_reason_names_countries_and_mentions_people() -> None:
    barred = Reason(
        key="refused.number.country_barred",
        values={"country": "US", "allowed": "CA, FR"},
        field="number",
    )
    told = "Les numéros de ce pays (États-Unis) ne peuvent pas être appelés. Permis\u00a0: Canada"
    assert Text("fr").reason(barred).startswith(told)
    assert Text("fr").mrkdwn_reason(barred).startswith(told)
    stopped = Reason(key="waiting.stopped", values={"person": "U1"})
    assert Text("en").mrkdwn_reason(stopped) == "<@U1> has stopped all dialling."


def test_what_belongs_to_no_field_of_the_form_has_no_label() -> None:
    late = Reason(key="refused.limit.person", values={"most": "3"}, field="limit")
    told = Text("en").reason(Reason(key="refused.rules", parts=(late,)))
    assert told.startswith("The workspace’s rules do not let it be dialled. One person may place")

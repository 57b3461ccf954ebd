"""What a file would change in a workspace, line by line, in the file's own words."""

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum

from calls.directory import Assistant, CallerId, Directory, Variable
from calls.directory_tables import assistant_table, caller_id_table, variable_table
from calls.errors import Reason
from calls.frozen import Frozen
from calls.numbers import spaced
from calls.rules import Rules
from calls.rules_tables import table as rules_table
from calls.toml_section import at

LONGEST_VALUE = 200  # characters of an old or a new value that are told
NOTHING = "–"

Table = Mapping[str, object]


class Sign(StrEnum):
    """What becomes of something."""

    ADDED = "+"
    CHANGED = "~"
    GONE = "-"


class Difference(Frozen):
    """One line: what becomes of what."""

    sign: Sign
    told: Reason


def of(before: Directory, after: Directory, rules: tuple[Rules, Rules]) -> list[Difference]:
    """Return what differs between two directories, and between rules before and after."""
    return [*_caller_ids(before, after), *_assistants(before, after), *_rules(*rules)]


def _caller_ids(before: Directory, after: Directory) -> Iterator[Difference]:
    for one in after.caller_ids:
        old = before.caller_id(one.uuid)
        if old is None:
            yield _added("caller", one, number=spaced(one.number))
        elif old.archived != one.archived:
            yield _archived("caller", one)
        tables = caller_id_table(old or one), caller_id_table(one)
        yield from (_at_entry("caller", old or one, told) for told in _fields(*tables))


def _assistants(before: Directory, after: Directory) -> Iterator[Difference]:
    for one in after.assistants:
        old = before.assistant(one.uuid)
        if old is None:
            keys = ", ".join(each.key for each in one.variables) or NOTHING
            yield _added("assistant", one, keys=keys)
            continue
        if old.archived != one.archived:
            yield _archived("assistant", one)
        tables = assistant_table(old, before), assistant_table(one, after)
        for told in (*_fields(*tables), *_variables(old, one)):
            yield _at_entry("assistant", old, told)


def _variables(before: Assistant, after: Assistant) -> Iterator[Difference]:
    for one in after.variables:
        old = before.variable(one.key)
        if old is None:
            yield _line(Sign.ADDED, "change.variable.added", word=one.key, label=one.label.en)
        else:
            yield from (_at_variable(one, told) for told in _tables(old, one))
    for one in before.variables:
        if after.variable(one.key) is None:
            yield _line(Sign.GONE, "change.variable.removed", word=one.key, label=one.label.en)
    old_order = [one.key for one in before.variables if after.variable(one.key)]
    order = [one.key for one in after.variables if before.variable(one.key)]
    if order != old_order:
        yield _line(Sign.CHANGED, "change.order", old=", ".join(old_order), new=", ".join(order))


def _tables(before: Variable, after: Variable) -> Iterator[Difference]:
    return _fields(variable_table(before), variable_table(after))


def _rules(before: Rules, after: Rules) -> Iterator[Difference]:
    old, new = _flat(rules_table(before)), _flat(rules_table(after))
    for told in _fields(old, new):
        yield told.having(told=at("rules", told.told))


def _flat(table: Table) -> Table:
    found = dict(table)
    hours = found.pop("hours", None)
    if isinstance(hours, dict):
        found |= {f"hours.{key}": value for key, value in hours.items()}
    return found


def _fields(before: Table, after: Table) -> Iterator[Difference]:
    for key in dict.fromkeys((*before, *after)):
        if key != "archived" and before.get(key) != after.get(key):
            old, new = (written(table.get(key)) for table in (before, after))
            yield _line(Sign.CHANGED, "change.field", word=key, old=old, new=new)


def written(value: object) -> str:
    """Write an old or a new value, shortened where it is long, or a dash for none."""
    if value is None:
        return NOTHING
    words = json.dumps(value, ensure_ascii=False)
    return words if len(words) <= LONGEST_VALUE else words[: LONGEST_VALUE - 1] + "…"


def _added(kind: str, entry: Assistant | CallerId, **values: str) -> Difference:
    state = "added_archived" if entry.archived else "added"
    return _line(Sign.ADDED, f"change.{kind}.{state}", name=entry.name, **values)


def _archived(kind: str, entry: Assistant | CallerId) -> Difference:
    if entry.archived:
        return _line(Sign.GONE, f"change.{kind}.archived", name=entry.name)
    return _line(Sign.ADDED, f"change.{kind}.restored", name=entry.name)


def _line(sign: Sign, what: str, **values: str) -> Difference:
    return Difference(sign=sign, told=Reason(key=what, values=values))


def _at_entry(kind: str, entry: Assistant | CallerId, told: Difference) -> Difference:
    return told.having(told=at(f"named_{kind}", told.told, name=entry.name))


def _at_variable(variable: Variable, told: Difference) -> Difference:
    return told.having(told=at("named_variable", told.told, word=variable.key))

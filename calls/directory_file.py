"""A workspace as a file, in TOML: written so that it can be read again, and read back exactly."""

import tomllib

import tomli_w

from calls import directory_tables, rules_tables
from calls.directory import Directory
from calls.editing import proposing_open_ones
from calls.errors import NotAllowed, Reason
from calls.frozen import Frozen
from calls.rules import Rules
from calls.toml_section import Section

LONGEST_FAULT = 200  # characters of what is said of the TOML itself

HEAD = """\
# Ringback's directory and rules, written by: python app.py directory export
# See what a change would do: python app.py directory import FILE; with --yes it is done.
# Assistants and numbers that are not in the file are archived. Every key is explained in
# docs/operations.md.
"""


class Filed(Frozen):
    """What a file holds; ``rules`` is ``None`` where it does not speak of them: they stay."""

    directory: Directory = Directory()
    rules: Rules | None = None


def written(directory: Directory, rules: Rules) -> str:
    """Write a directory and rules as TOML."""
    parts = [HEAD]

    def put(head: str, table: directory_tables.Table) -> None:
        parts.append(f"{head}\n{tomli_w.dumps(table)}")

    for caller in directory.caller_ids:
        put("[[caller_ids]]", directory_tables.caller_id_table(caller))
    for assistant in directory.assistants:
        put("[[assistants]]", directory_tables.assistant_table(assistant, directory))
        for variable in assistant.variables:
            put("[[assistants.variables]]", directory_tables.variable_table(variable))
    kept = rules_tables.table(rules)
    hours, tellings = kept.pop("hours", None), kept.pop("tellings", ())
    put("[rules]", kept)
    if hours is not None:
        put("[rules.hours]", hours)
    for telling in tellings:
        put("[[rules.tellings]]", telling)
    return "\n".join(parts)


def read(words: bytes, region: str) -> Filed:
    """Read a file; raise ``NotAllowed`` with every fault, each at its place."""
    faults: list[Reason] = []
    whole = Section(_parsed(words), faults)
    directory = directory_tables.read(whole, region)
    rules = whole.table("rules", "rules")
    filed = Filed(directory=directory, rules=rules_tables.read(rules) if rules else None)
    whole.close()
    if faults:
        raise NotAllowed(faults)
    return filed


def _parsed(words: bytes) -> directory_tables.Table:
    try:
        return tomllib.loads(words.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotAllowed([Reason(key="file.not_utf")]) from None
    except (ValueError, RecursionError) as fault:
        told = str(fault)[:LONGEST_FAULT]
        raise NotAllowed([Reason(key="file.not_toml", values={"words": told})]) from None


def merged(before: Directory, found: Directory) -> Directory:
    """Return what a file makes of a directory: what is missing is archived, never deleted."""
    assistants = {one.uuid for one in found.assistants}
    callers = {one.uuid for one in found.caller_ids}
    gone = [one.having(archived=True) for one in before.assistants if one.uuid not in assistants]
    unused = [one.having(archived=True) for one in before.caller_ids if one.uuid not in callers]
    return proposing_open_ones(
        Directory(assistants=(*found.assistants, *gone), caller_ids=(*found.caller_ids, *unused))
    )

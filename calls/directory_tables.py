"""The directory in a file: assistants with their variables, and caller IDs, by their names."""

from typing import Any, cast

from calls import chain, entries
from calls.chain import Again
from calls.directory import Assistant, CallerId, Directory, Kind, Label, Variable, Written
from calls.entries import Faults
from calls.toml_section import Section
from calls.typed import LONGEST

LANGUAGES = ("en", "fr")

Table = dict[str, Any]


def caller_id_table(caller: CallerId) -> Table:
    """Write a caller ID; what is as it is by itself is left out."""
    return _told(name=caller.name, uuid=caller.uuid, number=caller.number, archived=caller.archived)


def assistant_table(assistant: Assistant, directory: Directory) -> Table:
    """Write an assistant but for its variables; its caller ID goes by name."""
    caller = directory.caller_id(assistant.caller_id) if assistant.caller_id else None
    return _told(
        name=assistant.name,
        uuid=assistant.uuid,
        description=assistant.description,
        language=assistant.language,
        caller_id=caller.name if caller else assistant.caller_id,
        channels=list(assistant.channels),
        again=str(assistant.again or ""),
        archived=assistant.archived,
    )


def variable_table(variable: Variable) -> Table:
    """Write a variable."""
    words = variable.written is Written.WORDS
    return _told(
        key=variable.key,
        label=variable.label.en,
        label_fr=variable.label.fr,
        kind=variable.kind.value,
        required=variable.required,
        default=variable.default,
        example=variable.example,
        longest=variable.longest,
        choices=list(variable.choices),
        written="" if words else variable.written.value,
    )


def _told(**values: object) -> Table:
    return {key: value for key, value in values.items() if value not in ("", [], None, False)}


def read(whole: Section, region: str) -> Directory:
    """Read caller IDs first, then the assistants that name them; faults are noted."""
    found = Directory()
    for section in whole.tables("caller_ids", "caller", "name"):
        caller = _caller_id(section, found, region)
        found = found.having(caller_ids=(*found.caller_ids, caller))
    for section in whole.tables("assistants", "assistant", "name"):
        assistant = _assistant(section, found)
        found = found.having(assistants=(*found.assistants, assistant))
    return found


def _caller_id(section: Section, others: Directory, region: str) -> CallerId:
    typed = CallerId(
        uuid=section.text("uuid"),
        name=section.text("name"),
        number=section.text("number"),
        archived=section.flag("archived"),
    )
    faults = Faults()
    found = entries.caller_id(typed, others, region, faults)
    _end(section, faults)
    return found


def _assistant(section: Section, others: Directory) -> Assistant:
    typed = Assistant(
        uuid=section.text("uuid"),
        name=section.text("name"),
        description=section.text("description"),
        language=cast("Any", section.one_of("language", LANGUAGES)),
        caller_id=_caller(section, others),
        channels=tuple(one.strip() for one in section.texts("channels")),
        again=_again(section),
        archived=section.flag("archived"),
    )
    faults = Faults()
    found = entries.assistant(typed, others, faults)
    variables: list[Variable] = []
    for inner in section.tables("variables", "variable", "key"):
        variables.append(_variable(inner, variables))
    _end(section, faults)
    return found.having(variables=tuple(variables))


def _again(section: Section) -> Again | None:
    words = section.text("again").strip()
    found = chain.read(words)
    if found is None and words not in {"", chain.NEVER}:
        most = {"most": str(chain.MOST_ATTEMPTS), "minutes": str(chain.LONGEST_PAUSE)}
        section.faulty("again", "not_again", **most)
    return found


def _caller(section: Section, others: Directory) -> str | None:
    """Find the caller ID that is meant, by its name or else by its UUID."""
    words = section.text("caller_id").strip().casefold()
    if not words:
        return None
    known = others.open_caller_ids
    for one in known:
        if words in {one.name.casefold(), one.uuid}:
            return one.uuid
    names = ", ".join(one.name for one in known if one.name)
    section.faulty("caller_id", "no_caller" if names else "no_callers", known=names)
    return None


def _variable(section: Section, others: list[Variable]) -> Variable:
    typed = Variable(
        key=section.text("key"),
        label=Label(en=section.text("label"), fr=section.text("label_fr")),
        kind=Kind(section.one_of("kind", list(Kind))),
        required=section.flag("required"),
        default=section.text("default"),
        example=section.text("example"),
        longest=section.whole("longest", 1, LONGEST),
        choices=section.texts("choices"),
        written=Written(section.one_of("written", list(Written))),
    )
    faults = Faults()
    found = entries.variable(typed, others, faults)
    _end(section, faults)
    return found


def _end(section: Section, faults: Faults) -> None:
    unread = frozenset(section.faults_at)
    for fault in faults:
        if fault.field not in unread:
            section.fault(fault, str(fault.field))
    section.close()

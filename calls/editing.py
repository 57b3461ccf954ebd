"""The directory as somebody changes it, who saw a part of it a while ago.

What others have changed meanwhile is not overwritten unseen: ``Overtaken`` tells it. What is said
twice changes nothing the second time.
"""

import hashlib
from typing import TypeVar

from calls import entries
from calls.directory import Assistant, CallerId, Directory, Variable
from calls.entries import Faults
from calls.errors import NotAllowed, TooLate
from calls.frozen import Frozen

Entry = TypeVar("Entry", bound=Assistant | CallerId | Variable)


class Overtaken(TooLate):
    """Somebody else has changed the entry meanwhile; ``newest`` is ``None`` where it is gone."""

    def __init__(self, newest: Assistant | CallerId | Variable | None = None) -> None:
        super().__init__()
        self.newest = newest


class Seen(Frozen):
    """Which entry was opened, and what of it was seen; without a UUID or key a new one."""

    uuid: str = ""
    key: str = ""
    mark: str = ""


def mark(entry: Frozen) -> str:
    """Return a short mark of what an entry's fields hold, by which a change of them shows."""
    fields = entry.model_dump_json(exclude={"archived", "variables"})
    return hashlib.sha256(fields.encode()).hexdigest()[:16]


def caller_id(directory: Directory, typed: CallerId, seen: Seen, region: str) -> Directory:
    """Add a caller ID, or change the one that was seen."""
    before = _found(directory.caller_id(seen.uuid), seen.uuid)
    others = tuple(one for one in directory.caller_ids if one is not before)
    faults = Faults()
    archived = before is not None and before.archived
    alone = directory.having(caller_ids=others)
    after = entries.caller_id(typed.having(archived=archived), alone, region, faults)
    if _settled(before or directory.caller_id(after.uuid), after, before, seen, faults):
        return directory
    renamed = before.uuid if before else None
    return directory.having(
        caller_ids=_put(directory.caller_ids, before, after),
        assistants=tuple(
            one.having(caller_id=after.uuid) if renamed and one.caller_id == renamed else one
            for one in directory.assistants
        ),
    )


def assistant(directory: Directory, typed: Assistant, seen: Seen) -> Directory:
    """Add an assistant, or change the one that was seen; its variables stay."""
    before = _found(directory.assistant(seen.uuid), seen.uuid)
    others = tuple(one for one in directory.assistants if one is not before)
    faults = Faults()
    kept = before or directory.assistant(typed.uuid.strip()) or typed
    typed = typed.having(archived=before is not None and before.archived, variables=kept.variables)
    after = entries.assistant(typed, directory.having(assistants=others), faults)
    if _settled(before or directory.assistant(after.uuid), after, before, seen, faults):
        return directory
    return directory.having(assistants=_put(directory.assistants, before, after))


def variable(directory: Directory, typed: Variable, seen: Seen) -> Directory:
    """Add a variable to an assistant, or change the one that was seen."""
    whose = _assistant(directory, seen.uuid)
    before = _found(whose.variable(seen.key), seen.key)
    others = tuple(one for one in whose.variables if one is not before)
    faults = Faults()
    after = entries.variable(typed, others, faults)
    if _settled(before or whose.variable(after.key), after, before, seen, faults):
        return directory
    return _with(directory, whose.having(variables=_put(whose.variables, before, after)))


def without(directory: Directory, uuid: str, key: str) -> Directory:
    """Remove a variable of an assistant."""
    whose = _assistant(directory, uuid)
    kept = tuple(one for one in whose.variables if one.key != key)
    return _with(directory, whose.having(variables=kept))


def moved(directory: Directory, uuid: str, key: str, places: int) -> Directory:
    """Move a variable of an assistant so many places down, or up where that is negative."""
    whose = _assistant(directory, uuid)
    found = whose.variable(key)
    if found is None:
        raise Overtaken
    others = [one for one in whose.variables if one is not found]
    others.insert(max(0, whose.variables.index(found) + places), found)
    return _with(directory, whose.having(variables=tuple(others)))


def assistant_archived(directory: Directory, uuid: str, *, archived: bool) -> Directory:
    """Archive an assistant, or use it again; ``NotAllowed`` where its place is taken."""
    found = _assistant(directory, uuid)
    after, faults = found.having(archived=archived), Faults()
    others = tuple(one for one in directory.assistants if one is not found)
    entries.assistant(after, directory.having(assistants=others), faults)
    if faults and not archived:
        raise NotAllowed(faults)
    return _with(directory, after)


def caller_id_archived(directory: Directory, uuid: str, *, archived: bool) -> Directory:
    """Archive a caller ID, which no assistant then proposes any more, or use it again."""
    found = directory.caller_id(uuid)
    if found is None:
        raise Overtaken
    after, faults = found.having(archived=archived), Faults()
    others = tuple(one for one in directory.caller_ids if one is not found)
    entries.caller_id(after, directory.having(caller_ids=others), "", faults)
    if faults and not archived:
        raise NotAllowed(faults)
    directory = directory.having(caller_ids=_put(directory.caller_ids, found, after))
    return proposing_open_ones(directory)


def proposing_open_ones(directory: Directory) -> Directory:
    """Let no assistant propose a caller ID that is archived."""
    usable = {one.uuid for one in directory.open_caller_ids}
    return directory.having(
        assistants=tuple(
            one if one.caller_id is None or one.caller_id in usable else one.having(caller_id=None)
            for one in directory.assistants
        )
    )


def _assistant(directory: Directory, uuid: str) -> Assistant:
    found = directory.assistant(uuid)
    if found is None:
        raise Overtaken
    return found


def _found(entry: Entry | None, name: str) -> Entry | None:
    """Return what was opened; it may be gone, or have never been there."""
    if name and entry is None:
        raise Overtaken
    return entry


def _settled(
    there: Entry | None, after: Entry, before: Entry | None, seen: Seen, faults: Faults
) -> bool:
    """Tell whether it is so already; raise where it must not become so."""
    if there == after:
        return True
    if before is not None and mark(before) != seen.mark:
        raise Overtaken(before)
    if faults:
        raise NotAllowed(faults)
    return False


def _put(known: tuple[Entry, ...], before: Entry | None, after: Entry) -> tuple[Entry, ...]:
    if before is None:
        return (*known, after)
    return tuple(after if one is before else one for one in known)


def _with(directory: Directory, after: Assistant) -> Directory:
    before = directory.assistant(after.uuid)
    return directory.having(assistants=_put(directory.assistants, before, after))

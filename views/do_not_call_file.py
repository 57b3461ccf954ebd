"""What a terminal shows of a do-not-call list that comes from a file, or goes into one."""

from collections.abc import Collection, Sequence

from calls import numbers
from calls.do_not_call import Added, Entry, once
from calls.do_not_call_file import Fault
from calls.words import clean
from views.do_not_call_list import fault_line
from views.text import Text

MOST_SHOWN = 10


def shown(entries: Sequence[Entry], there: Collection[str], text: Text) -> list[str]:
    """Tell what a file would change."""
    new = [one for one in once(entries).values() if one.number not in there]
    if not new:
        return [*_there(len(there), text), text("file.same")]
    lines = [_entry(one, text) for one in new[:MOST_SHOWN]]
    if more := len(new) - len(lines):
        lines.append(text("do_not_call.file.more", many=str(more)))
    return [
        text("do_not_call.file.new", many=str(len(new))),
        *lines,
        *_there(len(there), text),
        text("file.shown", number=str(len(new))),
    ]


def faulty(faults: Sequence[Fault], text: Text) -> list[str]:
    """Tell every line that is wrong, and that nothing was changed."""
    told = text("do_not_call.faulty", many=str(len(faults)))
    return [told, *(fault_line(fault, text) for fault in faults)]


def done(found: Added, text: Text) -> list[str]:
    """Tell what was changed."""
    lines = [text("do_not_call.file.done", many=str(len(found.new)))]
    if found.stopped:
        lines.append(text("do_not_call.said.stopped", many=str(found.stopped)))
    return [*lines, *_there(len(found.there), text)]


def written(many: int, file: str, text: Text) -> list[str]:
    """Tell what was written, and where."""
    return [text("do_not_call.file.numbers", many=str(many)), text("file.written", file=file)]


def _there(many: int, text: Text) -> list[str]:
    return [text("do_not_call.file.there", many=str(many))] if many else []


def _entry(entry: Entry, text: Text) -> str:
    told = text(
        "do_not_call.file.entry", number=numbers.spaced(entry.number), reason=clean(entry.reason)
    )
    return told.rstrip()

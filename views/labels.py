"""What assistants and caller IDs are called, wherever they are shown."""

from calls import numbers
from calls.directory import Directory
from views.text import Text

SHOWN = 8  # characters of a UUID


def assistant(uuid: str, directory: Directory, text: Text) -> str:
    """Name an assistant."""
    found = directory.assistant(uuid)
    if found is None:
        return text("card.assistant_other", assistant=uuid[:SHOWN])
    return found.name or text("card.assistant_default")


def caller(uuid: str, directory: Directory, text: Text) -> str:
    """Name a caller ID, with its number."""
    found = directory.caller_id(uuid)
    if found is None:
        return text("preview.caller_other", caller=uuid[:SHOWN])
    number = numbers.spaced(found.number) if found.number else ""
    if found.name and number:
        return text("preview.caller_named", name=found.name, number=number)
    return found.name or number or text("preview.caller_default")

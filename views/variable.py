"""A field of the form in a window: what an assistant must be told, and how that is asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    CheckboxesElement,
    InputBlock,
    NumberInputElement,
    Option,
    StaticSelectElement,
)

from calls.directory import Kind, Label, Variable, Written
from calls.editing import mark
from calls.entries import (
    LONGEST_EXAMPLE,
    LONGEST_KEY,
    LONGEST_LABEL,
    MOMENTS,
    TEXTS,
)
from calls.typed import LONGEST
from views import entry
from views.entry import Kept, Say
from views.filled import Filled
from views.text import Text

CALLBACK = "variable"
KIND, REMOVE = "kind", "remove_field"
NEARLY_FULL = 2700  # characters of a field in which a further choice still has its place
CHOICES = ("choices", "choices_more", "choices_most")
NEW = Variable(key="", label=Label(en=""))


def opened(variable: Variable, assistant: Kept) -> Kept:
    """Return what a window remembers of a variable, opened from an assistant's."""
    seen = {"uuid": assistant.uuid, "page": assistant.page, "above": assistant.mark}
    return Kept(**seen) if variable is NEW else Kept(key=variable.key, mark=mark(variable), **seen)


def render(
    variable: Variable, remembers: Kept, text: Text, above: Sequence[Block] = ()
) -> dict[str, Any]:
    """Draw a variable to be changed, or a new one, with the fields that its kind has."""
    known = bool(remembers.key)
    blocks: list[Block] = [
        *above,
        entry.typed("key", say(text), variable.key, LONGEST_KEY),
        *_labels(variable, text),
        _kind(variable, text),
        *_of_its_kind(variable, text),
        _required(variable, text),
        entry.typed("example", say(text), variable.example, LONGEST_EXAMPLE, optional=True),
        _default(variable, text),
        *([_end(remembers, text)] if known else []),
    ]
    title = "variable.title" if known else "variable.new"
    return entry.modal(title, blocks, text, callback=CALLBACK, remembers=remembers)


def _labels(variable: Variable, text: Text) -> list[Block]:
    """Draw both labels, the reader's language first; English stands in for French, or is it."""
    french = text.language == "fr"
    label = variable.label
    english = entry.typed("label", say(text), label.en, LONGEST_LABEL, optional=french)
    other = entry.typed("label_fr", say(text), label.fr, LONGEST_LABEL, optional=True)
    return [other, english] if french else [english, other]


def _kind(variable: Variable, text: Text) -> InputBlock:
    options = {kind: Option(label=text(f"kind.{kind}"), value=kind) for kind in Kind}
    element = StaticSelectElement(
        action_id=KIND, options=list(options.values()), initial_option=options[variable.kind]
    )
    return entry.field("kind", say(text), element, tells=True)


def _of_its_kind(variable: Variable, text: Text) -> list[Block]:
    if variable.kind is Kind.CHOICE:
        return _choices(variable, text)
    if variable.kind in MOMENTS:
        return [_written(variable, text)]
    return [_longest(variable, text)] if variable.kind in TEXTS else []


def _choices(variable: Variable, text: Text) -> list[Block]:
    """Draw as many fields as the choices fill: all of them may be longer than one can hold."""
    parts = [""]
    for one in variable.choices:
        longer = f"{parts[-1]}\n{one}".lstrip("\n")
        if len(longer) <= NEARLY_FULL:
            parts[-1] = longer
        else:
            parts.append(one)
    fields = dict(zip(CHOICES, parts, strict=False))
    return [
        entry.typed(name, say(text), part, LONGEST, multiline=True, optional=name != "choices")
        for name, part in fields.items()
    ]


def _written(variable: Variable, text: Text) -> InputBlock:
    options = {one: Option(label=text(f"variable.written_{one}"), value=one) for one in Written}
    element = StaticSelectElement(
        action_id="written",
        options=list(options.values()),
        initial_option=options[variable.written],
    )
    return entry.field("written", say(text), element)


def _longest(variable: Variable, text: Text) -> InputBlock:
    element = NumberInputElement(
        action_id="longest",
        is_decimal_allowed=False,
        min_value="1",
        max_value=str(LONGEST),
        initial_value=None if variable.longest is None else str(variable.longest),
    )
    return entry.field("longest", say(text), element, optional=True)


def _required(variable: Variable, text: Text) -> InputBlock:
    yes = Option(label=text("variable.required_option"), value="yes")
    element = CheckboxesElement(
        action_id="required",
        options=[yes],
        initial_options=[yes] if variable.required else None,
    )
    return entry.field("required", say(text), element, optional=True)


def _default(variable: Variable, text: Text) -> InputBlock:
    return entry.typed(
        "default",
        say(text),
        variable.default,
        LONGEST,
        multiline=variable.kind is Kind.LONG_TEXT,
        optional=True,
    )


def _end(remembers: Kept, text: Text) -> ActionsBlock:
    return ActionsBlock(elements=[entry.doubtful(REMOVE, text, remembers.key)])


def read(view: Mapping[str, Any]) -> Variable:
    """Read a window's fields; those that its kind has not are as they are by themselves."""
    filled = Filled(view)
    chosen = filled.option("kind")
    longest = filled.words("longest")
    written = filled.option("written")
    choices = "\n".join(map(filled.words, CHOICES))
    label, french = filled.words("label"), filled.words("label_fr")
    found = Variable(
        key=filled.words("key"),
        label=Label(en=label or french, fr=french),
        kind=Kind(chosen) if chosen in set(Kind) else Kind.TEXT,
        required=filled.ticked("required"),
        default=filled.words("default"),
        example=filled.words("example"),
        longest=(int(longest) if longest.isdecimal() else 0) if longest else None,
        choices=tuple(filter(None, map(str.strip, choices.splitlines()))),
        written=Written(written) if written in set(Written) else Written.WORDS,
    )
    return found.having(
        longest=found.longest if found.kind in TEXTS else None,
        choices=found.choices if found.kind is Kind.CHOICE else (),
        written=found.written if found.kind in MOMENTS else Written.WORDS,
    )


def say(text: Text) -> Say:
    """Return the window's own sentences."""
    return lambda part: text(f"variable.{part}")


def words(variable: Variable, text: Text) -> dict[str, str]:
    """Return what stands in each field."""
    return {
        "key": variable.key,
        "label": variable.label.en,
        "label_fr": variable.label.fr,
        "kind": text(f"kind.{variable.kind}"),
        "required": text("variable.required_option") if variable.required else "",
        "example": variable.example,
        "default": variable.default,
        "longest": "" if variable.longest is None else str(variable.longest),
        "choices": ", ".join(variable.choices),
        "written": text(f"variable.written_{variable.written}"),
    }

"""Whatever goes wrong and is told to anybody stands in docs/troubleshooting.md, verbatim."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from calls.settings import Settings
from views.text import LANGUAGES, sentences

HOME = Path(__file__).parent.parent
DOCUMENT = HOME / "docs" / "troubleshooting.md"
WORDS = " ".join(DOCUMENT.read_text(encoding="utf-8").replace("*", "").split())

# Every sentence is a trouble that the document must hold, but for what is listed here.
QUIET_TABLES = (
    "record",
    "outcome",
    "sentiment",
    "plain",
    "details",
    "help",
    "doctor.label",
    "administration",
    "rules",
    *("telling", "telling.end"),
    "attempts",
    "repeat",
    *("audit.window", "audit.action", "audit.place", "audit.told"),
    "handed",
    "erased",
    "forget",
    *("home", "home.choice", "home.part", "home.none"),
    *("statistics", "statistics.column", "statistics.end"),
    *("do_not_call.said", "do_not_call.window", "do_not_call.file"),
    "form_actions",
    "directory",
    "caller",
    "assistant",
    "variable",
    "kind",
    "place",
    *("change", "change.caller", "change.assistant", "change.variable"),
    "when",
)
QUIET = {
    *(f"transcript.{word}" for word in ("title", "show", "listen", "assistant", "back", "on")),
    *(f"transcript.{word}" for word in ("play", "dies", "quoted", "shared")),
    "particular",
    *(f"form.{field}" for field in ("number", "name", "variables", "assistant", "caller")),
    *(f"form.{field}_hint" for field in ("number", "name", "variables", "assistant", "caller")),
    *(f"form.{word}" for word in ("title", "submit", "close", "confirm", "confirm_option")),
    *(f"form.{word}" for word in ("channel", "channel_hint", "channel_placeholder")),
    *(f"form.{word}" for word in ("choose", "more", "yes", "no", "value_at", "value_example")),
    *(f"form.{word}" for word in ("own_assistant", "zone", "zone_option", "hour", "hour_option")),
    "form.loading_title",
    *(f"found.{word}" for word in ("several", "number", "submit", "under")),
    *(f"card.{word}" for word in ("head", "head_nameless", "asked", "fallback", "duration")),
    *(f"card.{word}" for word in ("assistant_default", "assistant_other", "there")),
    "card.show_number",
    *(f"number.{word}" for word in ("title", "shown", "shown_nameless")),
    "details.values_hidden",
    *(f"card.{button}" for button in ("cancel", "move", "again", "look", "details", "thread")),
    *("card.stop_again", "card.dial_now", "form.again", "preview.again"),
    *(f"card.{word}" for word in ("done", "reopen", "assign", "note", "never")),
    *(f"handing.{word}" for word in ("opted_out", "listed", "assigned", "done", "note", "close")),
    *(f"handing.{word}" for word in ("sure", "sure_text", "sure_yes", "sure_no", "yours")),
    *(f"handing.{word}_assign" for word in ("title", "submit", "field", "hint")),
    *(f"handing.{word}_note" for word in ("title", "submit", "field", "hint")),
    *(f"move.{word}" for word in ("title", "submit", "close", "hour", "hint", "zone", "next")),
    *(f"card.{head}" for head in ("head_trial", "head_trial_nameless")),
    *(f"preview.{word}" for word in ("title", "who", "who_nameless", "caller", "assistant")),
    *(f"preview.{word}" for word in ("caller_named", "caller_default", "caller_other", "where")),
    *(f"preview.{word}" for word in ("direct", "when", "now", "pause", "hour", "hour_there")),
    *(f"preview.{word}" for word in ("values", "value", "sent", "callback")),
    *(f"trial.{word}" for word in ("title", "submit", "close", "intro", "number", "number_hint")),
    *(f"trial.{word}" for word in ("placed", "other")),
    *(f"favourites.{word}" for word in ("title", "submit", "close", "intro", "favourite")),
    *(f"favourites.{word}" for word in ("favourite_hint", "saved", "listed", "line", "use")),
    *(f"favourites.{word}" for word in ("delete", "sure", "sure_title", "sure_yes", "sure_no")),
    *(f"missed.{word}" for word in ("now", "later", "placed")),
    "reply.completed",
    "reply.lasted",
    *(f"answer.{word}" for word in ("list_title", "list_line", "direct_message", "placed")),
    "answer.refused_line",
    "not_noted.close",
    *(f"file.{word}" for word in ("written", "same", "shown", "done")),
    *(f"entry.{word}" for word in ("theirs", "nothing")),
    "doctor.healthy",
}

LOUD = {"warning", "error", "exception", "critical"}
ROOMS = ("handlers", "calls")


def told(key: str) -> bool:
    """Tell whether a sentence is one of trouble."""
    table = key.rpartition(".")[0]
    of_a_finding = key.startswith("doctor.") and key.endswith(".good")
    return not (table in QUIET_TABLES or key in QUIET | set(QUIET_TABLES) or of_a_finding)


TROUBLES = [key for key in sentences("en") if told(key)]


def seen_as(key: str, language: str) -> str:
    """Return a message as it is seen, with ``…`` for what differs each time."""
    known = sentences(language)
    seen = known[key]
    if re.fullmatch(r"doctor\.(?!label\.)\w+\.\w+", key):  # doctor's lines begin with their label
        label = known[f"doctor.label.{key.split('.')[1]}"]
        seen = known["particular"].format(label=label, told=seen)
    seen = re.sub(r"^:[a-z_]+: ", "", seen)
    return " ".join(re.sub(r"\{\w+\}", "…", seen).replace("*", "").split())


def first_sentence(words: str) -> str:
    """Return the first sentence of some words."""
    return re.split(r"(?<=[.?!])\s", words)[0]


def opening(key: str, language: str) -> str:
    """Return a message's first sentence as it is seen."""
    return first_sentence(seen_as(key, language))


def test_what_is_called_quiet_is_in_the_catalogue() -> None:
    known = sentences("en")
    assert {key for key in QUIET if key not in known} == set()
    assert all(any(f"{key}.".startswith(f"{t}.") for key in known) for t in QUIET_TABLES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_of_trouble_has_its_entry(language: str) -> None:
    missing = [key for key in TROUBLES if opening(key, language) not in WORDS]
    assert missing == []


def test_no_entry_is_about_a_message_that_nobody_is_shown() -> None:
    known = sentences("en")
    said = [seen_as(key, language) for key in known for language in LANGUAGES]
    document = DOCUMENT.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.*?<br>\*.*?) \|", document, re.MULTILINE)
    assert len(rows) > 150
    entries = [
        " ".join(words.replace("*", "").split()) for words in "<br>".join(rows).split("<br>")
    ]
    # Some entries say in brackets where or how the message is seen.
    told = {re.sub(r" \([a-z ]+\)$", "", first_sentence(words)) for words in entries}
    assert {words for words in told if not any(words in one for one in said)} == set()


def calls_in(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Return every call in a file, by the name of what is called."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            yield node.func.id if isinstance(node.func, ast.Name) else name, node


def parts(node: ast.expr) -> list[str]:
    """Return the constant words of a string, of one with values, or of either of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        words = [v.value for v in node.values if isinstance(v, ast.Constant)]
        return [word.strip() for word in words if isinstance(word, str) and word.strip(" ().:")]
    if isinstance(node, ast.IfExp):
        return parts(node.body) + parts(node.orelse)
    return []


def logged() -> set[str]:
    """Return what may be logged as trouble."""
    files = [HOME / "app.py", *(file for room in ROOMS for file in (HOME / room).glob("*.py"))]
    found = set()
    for file in files:
        for name, call in calls_in(file):
            if name in LOUD and ast.unparse(call.func).startswith("log."):
                assert isinstance(call.args[0], ast.Constant), "a log line is a constant sentence"
                found.add(str(call.args[0].value))
    return found


def test_every_warning_and_error_of_the_log_has_its_entry() -> None:
    lines = logged()
    assert len(lines) > 20
    assert {line for line in lines if f"`{line}`" not in WORDS} == set()


def test_no_entry_is_about_a_line_that_nothing_logs() -> None:
    chapter = DOCUMENT.read_text(encoding="utf-8").partition("\n## In the log\n")[2]
    entries = re.findall(r"^\| `([^`]+)` \|", chapter.partition("\n## ")[0], re.MULTILINE)
    assert set(entries) == logged()


def test_every_link_leads_somewhere() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for file, anchor in re.findall(r"\]\(([\w./-]*)#([\w-]+)\)", text):
        there = (DOCUMENT.parent / file).read_text(encoding="utf-8") if file else text
        headings = re.findall(r"^#+ (.+)$", there, re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
        assert anchor in slugs


def faults() -> set[str]:
    """Return what may be said of a setting: the errors, and what the functions of faults return."""
    path = HOME / "calls" / "settings.py"
    found = {w for name, c in calls_in(path) if name == "ValueError" for w in parts(c.args[0])}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.endswith("_fault"):
            returned = (one.value for one in ast.walk(node) if isinstance(one, ast.Return))
            found |= {word for value in returned if value for word in parts(value)}
    return {fault.lstrip(", ") for fault in found}


def test_every_fault_of_the_settings_has_its_entry() -> None:
    said = faults()
    assert {"it names no host", "it names a folder", "which is not understood"} <= said
    assert {fault for fault in said if fault not in WORDS} == set()


def test_every_setting_has_its_entry() -> None:
    names = {name.upper() for name in Settings.model_fields}
    assert {name for name in names if f"`{name}`" not in WORDS} == set()


def test_what_is_printed_instead_of_starting_has_its_entry() -> None:
    printed = {
        word
        for name, call in calls_in(HOME / "app.py")
        if name == "print" and any(one.arg == "file" for one in call.keywords)
        for word in parts(call.args[0])
    }
    assert ".env cannot be read: save it as UTF-8." in printed
    assert {word for word in printed if word not in WORDS} == set()

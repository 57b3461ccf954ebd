"""Every sentence stands in both languages, is used, and is filled in as it should be."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import calls
import handlers
import views
from calls.errors import Reason
from calls.status import Status
from views.mrkdwn import Mrkdwn, user
from views.text import LANGUAGES, Text, sentences

EN, FR = sentences("en"), sentences("fr")
TABLES = {key.partition(".")[0] for key in EN if "." in key}
STATES = {status.value for status in Status}
LIVE = {status.value for status in Status if status.live}


def placeholders(sentence: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(sentence) if name)


def emoji(sentence: str) -> list[str]:
    return re.findall(r":[a-z_]+:", sentence)


def test_both_languages_have_the_same_keys() -> None:
    assert list(EN) == list(FR)


@pytest.mark.parametrize("key", EN)
def test_both_languages_take_the_same_values_and_emoji(key: str) -> None:
    assert (placeholders(EN[key]), emoji(EN[key])) == (placeholders(FR[key]), emoji(FR[key]))


@pytest.mark.parametrize("key", EN)
def test_no_sentence_is_left_untranslated(key: str) -> None:
    words = re.sub(r"\{\w+\}|[^A-Za-z]", "", EN[key])
    assert EN[key] != FR[key] or words in {"", "Ringback", "Assistant", "assistant"}


@pytest.mark.parametrize("key", FR)
def test_french_keeps_its_typography(key: str) -> None:
    prose = re.sub(r"`[^`]*`|:[a-z_]+:|\w+=\"", "", FR[key])
    assert re.findall(r"'|(?:[^\u00a0]|^)[:;?!»]|«[^\u00a0]", prose) == []


KEY = re.compile(r"\"((?:[a-z_.]|\{[^}\"]*\})+)\"")


def written() -> Iterator[str]:
    """Return a pattern for every string in the code that may be a key or build one."""
    for room in (calls, handlers, views):
        for file in Path(room.__path__[0]).rglob("*.py"):
            for key in KEY.findall(file.read_text(encoding="utf-8")):
                yield re.sub(r"\{[^}]*\}", "[a-z_-]+", key.replace(".", r"\."))


def test_every_sentence_is_used_and_every_key_has_its_sentence() -> None:
    patterns = {key for key in written() if key.partition(r"\.")[0] in {*TABLES, "particular"}}
    used = {key for key in EN if any(re.fullmatch(pattern, key) for pattern in patterns)}
    of_a_state = {key for key in EN if key.partition(".")[0] in {"state", "plain"}}
    missing = {p for p in patterns - TABLES if not any(re.fullmatch(p, key) for key in EN)}
    assert (set(EN) - used - of_a_state, missing) == (set(), set())


def test_every_state_has_its_words() -> None:
    words = {key for key in EN if key.partition(".")[0] in {"state", "plain"}}
    states = STATES | {"postponed", "stopped", "in_line", "scheduled", "missed", "voicemail"}
    states |= {"again", "again_later", "no_more"}
    assert words == {f"{style}.{state}" for style in ("state", "plain") for state in states}


def test_every_end_of_a_call_has_its_reply() -> None:
    told = {key.removeprefix("reply.") for key in EN if key.startswith("reply.")}
    others = {"lasted", "elsewhere", "shared", "voicemail", "wrong_number"}
    assert told == STATES - LIVE | others


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_are_escaped_in_mrkdwn_unless_they_are_mrkdwn(language: str) -> None:
    text = Text(language)
    assert text.mrkdwn(
        "card.asked", person=user("U1"), assistant="<!here>", reference="{x}"
    ) == text("card.asked", person="<@U1>", assistant="&lt;!here&gt;", reference="{x}")


REFUSED = Reason(
    key="allomia.refused",
    values={"status": "402"},
    parts=(
        Reason(key="allomia.said", values={"words": "<b>no</b>"}, field="number"),
        Reason(key="allomia.said", values={"words": "{why}"}),
    ),
)


def test_a_reason_is_told_with_its_particulars_and_their_fields() -> None:
    text = Text("en")
    assert (text.reason(REFUSED), text.mrkdwn_reason(REFUSED)) == (
        "AlloMia refused the call (402). Phone number: “<b>no</b>” “{why}”",
        "AlloMia refused the call (402). Phone number: “&lt;b&gt;no&lt;/b&gt;” “{why}”",
    )


def test_a_reason_that_names_a_conversation_links_to_it() -> None:
    reason = Reason(key="cancelled.archived", values={"channel": "C1", "error": "is_archived"})
    told = Text("fr").mrkdwn_reason(reason)
    assert (told, type(told)) == (
        "<#C1> est archivé. Choisissez une autre conversation, puis rappelez.",
        Mrkdwn,
    )


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0.2, "1 s"),
        (1, "1 s"),
        (42.4, "42 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (102, "1 min 42 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h"),
        (7384, "2 h 03 min"),
        (604800, "168 h"),
    ],
)
def test_a_duration_is_written_as_people_say_it(seconds: float, written: str) -> None:
    assert [Text(language).duration(seconds) for language in LANGUAGES] == [written, written]

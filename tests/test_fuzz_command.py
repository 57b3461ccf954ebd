"""Whatever is typed is read as it was meant, or refused with the reason; nothing of it is lost."""

import re
import time
from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from calls import numbers, variables
from calls.errors import NotAllowed
from calls.order import Draft
from calls.words import clean
from fuzz import MARKS, TIMES, cases, longer, strangers
from handlers import grammar
from handlers.grammar import Typed, Verb
from views import answer
from views.text import Text

EN = Text("en")
WRITTEN = [mark for mark in MARKS if clean(mark) or mark.isspace()]  # no half characters
SPELLED = ("514 555 1234", "+1 (514) 555-1234", "0033 6 12 34 56 78", "<tel:+15145551234|514 x>")
UNTOLD = re.compile(rf"[\s=,;:\"“”„«»{grammar.UNSEEN}]")  # what a command may be read without
LINK = re.compile(rf"((?:\Anow)?[\s{grammar.UNSEEN}]*)<tel:([^|>]*)[^>]*>", re.IGNORECASE)


def as_slack_writes(text: str) -> str:
    """Write a text as Slack puts it into a command."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def without_link(text: str) -> str:
    """Return a command with Slack's link to its number replaced by the number."""
    found = LINK.match(text)
    return found[1] + found[2] + text[found.end() :] if found else text


def told(*texts: str) -> list[str]:
    """Return every character of some texts that means something, in no particular order."""
    return sorted(UNTOLD.sub("", "".join(texts)))


commands = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(
            ["", "now ", "NOW\n", "status ", "help", "list ", " doctor", "Marie ", "dnc add "]
        ),
        st.sampled_from(["", *SPELLED]),
        strangers,
    ),
)


@cases(85)
@given(commands)
def test_nothing_that_is_typed_is_lost(text: str) -> None:
    typed = grammar.read(as_slack_writes(text))
    word, rest = [*text.split(maxsplit=1), "", ""][:2]
    draft = typed.draft
    match typed.verb:
        case Verb.FORM:
            assert told(draft.number, draft.name) == told(without_link(text))
        case Verb.NOW:
            read = (draft.number, draft.name, draft.variables)
            assert told(without_link(rest)) in (told(*read), told(*read, typed.rest))
        case Verb.STATUS:
            assert (word.lower(), typed.rest) == ("status", rest.strip())
        case Verb.DNC:
            assert (word.lower(), typed.rest) == ("dnc", rest.strip())
        case Verb.DNC_ADD | Verb.DNC_CHECK | Verb.DNC_REMOVE:
            words = [*rest.split(maxsplit=1), ""][1]
            assert told(draft.number, typed.rest) == told(without_link(words))
        case Verb.UNKNOWN:
            assert typed == Typed(verb=Verb.UNKNOWN, rest=text.strip())
        case _:
            assert typed == Typed(verb=Verb(text.strip().lower()))


def words_of(letters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Draw words that no number could swallow, and that hold no sign of a variable."""
    begun = letters.filter(lambda word: word[0] not in ",;:" and not grammar.NUMBER.match(word))
    return begun.filter(lambda word: re.search(r"[\s=\"“”„«»]", word) is None)


plain = st.text(min_size=1, max_size=8)
names = st.lists(words_of(plain), max_size=3).map(" ".join)
values = strangers.filter(lambda text: not re.search(r"[\"“”„«»]", text))
quotes = st.sampled_from([('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"), ("”", "”"), ('"', "”")])
pairs = st.lists(st.tuples(words_of(plain), values, quotes, st.booleans()), max_size=4)


@cases(85)
@given(st.sampled_from(SPELLED), names, pairs)
def test_a_quick_dial_is_read_as_it_is_written(
    number: str, name: str, written: list[tuple[str, str, tuple[str, str], bool]]
) -> None:
    text, lines = f"now {number} {name}", []
    for key, value, (opened, closed), quoted in written:
        bare = not quoted and value and not re.search(r"\s", value)
        text += f" {key}={value}" if bare else f" {key}={opened}{value}{closed}"
        lines.append(f"{key} = {' '.join(value.split())}")
    draft = Draft(number=without_link(number), name=name, variables="\n".join(lines))
    assert grammar.read(as_slack_writes(text)) == Typed(verb=Verb.NOW, draft=draft)


@cases(20)
@given(words_of(plain), st.sampled_from('"“”„«'), values)
def test_what_nothing_closes_is_asked_about(key: str, opened: str, value: str) -> None:
    typed = grammar.read(as_slack_writes(f"now 514 555 1234 Marie {key}={opened}{value}"))
    assert (typed.verb, typed.unclosed) == (Verb.NOW, " ".join((opened + value).split()))


def slow(act: Callable[[str], object], length: int) -> dict[str, float]:
    """Do something with one mark after the other, to such a length; return what was slow."""
    took = {}
    for mark in WRITTEN:
        started = time.process_time()
        act("x" + mark * (length // len(mark)) + "x")
        took[mark] = time.process_time() - started
    return {mark: seconds for mark, seconds in took.items() if seconds > 1}


def test_a_text_of_hostile_length_is_read_at_once() -> None:
    def reads(text: str) -> None:
        for typed in (text, f"now 514 555 1234 {text}", f"now 514 555 1234 a={text}"):
            grammar.read(typed)
        read(text, {})

    assert slow(reads, 4_000) == {}


def test_a_text_of_hostile_length_is_repeated_at_once() -> None:
    assert slow(lambda text: answer.help_(EN, grammar.read(text).rest), 20_000) == {}


def test_half_a_character_is_repeated_too() -> None:
    assert answer.help_(EN, grammar.read("dial \ud800").rest)


# Variables

FAULTS = {
    f"variables: refused.variables.{why}" for why in ("equals", "key", "twice", "hidden", "long")
}
kept = strangers.map(clean).filter(lambda text: variables.HIDDEN not in text)
keys = kept.filter(lambda text: text != "" and "=" not in text)
tables = st.dictionaries(keys, kept, max_size=6)


def read(text: str, hidden: dict[str, str]) -> dict[str, str] | set[str]:
    """Read variables, or return the keys of the reasons against them."""
    try:
        return variables.read(text, hidden)
    except NotAllowed as fault:
        return {f"{reason.field}: {reason.key}" for reason in fault.reasons}


@cases(50)
@given(tables, st.sets(st.integers(0, 5)))
def test_variables_are_read_back_as_they_are_written_shown_or_hidden(
    known: dict[str, str], hidden: set[int]
) -> None:
    lines = [
        variables.written({key: value}, hidden=place in hidden)
        for place, (key, value) in enumerate(known.items())
    ]
    assert read("\n".join(lines), known) == known
    assert read(variables.written(known), {}) == known
    assert read(variables.written(known, hidden=True), known) == known
    if known:
        assert read(variables.written(known, hidden=True), {}) == {
            "variables: refused.variables.hidden"
        }


@cases(50)
@given(longer, tables)
def test_variables_are_understood_for_good_or_refused_with_a_reason(
    text: str, hidden: dict[str, str]
) -> None:
    found = read(text, hidden)
    if isinstance(found, set):
        assert found
        assert found <= FAULTS
        return
    assert len(variables.written(found)) <= variables.LONGEST
    assert len(variables.written(found, hidden=True)) <= variables.LONGEST
    assert read(variables.written(found), {}) == found


@cases(20)
@given(st.text("ab<é🤖", min_size=2900, max_size=3100))
def test_as_many_characters_as_the_form_can_show_again_are_taken(value: str) -> None:
    most = variables.LONGEST - len("note = ")
    taken = {"note": value} if len(value) <= most else {"variables: refused.variables.long"}
    assert read(f"note = {value}", {}) == taken


# Numbers

FORMATS = [
    PhoneNumberFormat.E164,
    PhoneNumberFormat.INTERNATIONAL,
    PhoneNumberFormat.NATIONAL,
    PhoneNumberFormat.RFC3966,
]
TYPES = [kind for kind in PhoneNumberType.values() if kind != PhoneNumberType.UNKNOWN]
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
SEEN = REGIONS if TIMES > 1 else REGIONS[::5]  # coverage makes phonenumbers slow
KNOWN = {
    f"number: refused.number.{why}"
    for why in (
        *("missing", "unreadable", "emergency", "short"),
        *("country", "extension", "impossible", "doubtful", "length"),
    )
}
Number = tuple[phonenumbers.PhoneNumber, str]


def examples_of(region: str) -> list[Number]:
    """Return a region's example numbers of every type, each with its E.164 form."""
    found = [phonenumbers.example_number_for_type(region, kind) for kind in TYPES]
    return [
        (number, phonenumbers.format_number(number, PhoneNumberFormat.E164))
        for number in found
        if number is not None
    ]


def spelled(text: str, region: str) -> str:
    """Read a number, or return the key of the one reason against it."""
    try:
        return numbers.read(text, region)
    except NotAllowed as fault:
        (reason,) = fault.reasons
        return f"{reason.field}: {reason.key}"


def fits(e164: str) -> bool:
    """Tell whether AlloMia would take it."""
    return numbers.SHORTEST <= len(e164) <= numbers.LONGEST


def test_the_regions_numbers_are_read_in_every_spelling() -> None:
    misread = []
    for region in SEEN:
        for number, e164 in examples_of(region):
            spellings = {
                (phonenumbers.format_number(number, style), region) for style in FORMATS
            } | {
                (phonenumbers.format_out_of_country_calling_number(number, abroad), abroad)
                for abroad in ("CA", "FR", "GB", "AU", "JP", "BR")
            }
            for text, where in spellings:
                found = spelled(text, where)
                right = found == e164 if fits(e164) else found in KNOWN
                misread += [] if right else [(text, where, e164, found)]
    assert misread == []


def test_numbers_of_no_country_are_read_too() -> None:
    for code in phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS:
        number = phonenumbers.example_number_for_non_geo_entity(code)
        assert number is not None
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        found = {spelled(phonenumbers.format_number(number, style), "CA") for style in FORMATS[:2]}
        assert found == {e164} if fits(e164) else found <= KNOWN


def traces(text: str, e164: str) -> list[str]:
    """Return where five digits of a number still stand together in a text."""
    digits = re.sub(r"[\s().\-/‐-―]", "", text)
    five = {e164[start : start + 5] for start in range(1, len(e164) - 4)}
    return [piece for piece in five if piece in digits]


def test_the_regions_numbers_are_masked_in_every_spelling() -> None:
    seen = []
    for region in SEEN:
        for number, e164 in examples_of(region):
            if not fits(e164):
                continue
            assert re.fullmatch(r"•••• \d{4}", numbers.masked(e164))
            texts = {phonenumbers.format_number(number, style) for style in FORMATS}
            texts |= {phonenumbers.format_out_of_country_calling_number(number, "CA")}
            for text in texts:
                shown = numbers.hidden(f"No: {text}.", e164)
                seen += [(region, text, shown)] if traces(shown, e164) else []
    # At home Argentina writes its mobile numbers with other digits in their middle.
    assert [found for found in seen if found[0] != "AR"] == []


real = st.sampled_from(REGIONS).flatmap(
    lambda region: st.tuples(st.just(region), st.sampled_from(examples_of(region)))
)
APART = ["", " ", "  ", "-", ".", "/", "\u00a0", "\u202f", "\u2009", "\u2011", "\u2013", "\u2212"]
AROUND = ["", " ", "\n", "\u200e", "\u202a", "\u202c", "\ufeff", "\u2066"]


@cases(50)
@given(real, st.lists(st.sampled_from(APART), min_size=20), st.sampled_from(AROUND), st.booleans())
def test_what_people_put_between_digits_does_not_matter(
    found: tuple[str, Number],
    apart: list[str],
    around: str,
    linked: bool,
) -> None:
    region, (_, e164) = found
    assume(fits(e164))
    text = e164[:2] + "".join(gap + digit for gap, digit in zip(apart, e164[2:], strict=False))
    written = f"<tel:{e164}|{text}>" if linked else text
    assert spelled(f"{around}{written}{around}", region) == e164


dialled = st.builds(
    "".join, st.lists(st.text("0123456789+-() .x*#A") | st.sampled_from(MARKS), max_size=6)
)


@cases(85)
@given(dialled | longer, st.sampled_from(REGIONS))
@example("00", "CA")
def test_any_text_is_a_number_for_good_or_refused_with_a_reason(text: str, region: str) -> None:
    found = spelled(text, region)
    if found in KNOWN:
        return
    assert re.fullmatch(r"\+[1-9]\d{8,18}", found)
    assert fits(found)
    if not phonenumbers.is_valid_number(phonenumbers.parse(found)):
        return  # possible, and nobody's: 00000000 in Austria
    assert {spelled(found, where) for where in (region, *REGIONS[::40])} == {found}
    assert spelled(numbers.spaced(found), region) == found
    assert traces(numbers.hidden(f"to {found}", found), found) == []


@pytest.mark.parametrize("written", ["514–555–1234", "514‑555‑1234", "５１４５５５１２３４"])
def test_a_number_is_hidden_however_a_keyboard_writes_it(written: str) -> None:
    assert numbers.hidden(written, "+15145551234") == "•••• 1234"

"""A number is read however people write it, or refused with what is wrong with it."""

import pytest

from calls import numbers
from calls.errors import NotAllowed, Reason

MONTREAL, PARIS = "+15145551234", "+33612345678"


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("+15145551234", "FR", MONTREAL),
        ("514 555 1234", "CA", MONTREAL),
        ("(514) 555-1234", "CA", MONTREAL),
        ("514.555.1234", "CA", MONTREAL),
        ("5145551234", "US", MONTREAL),
        ("1-514-555-1234", "CA", MONTREAL),
        ("+1 (514) 555-1234", "FR", MONTREAL),
        ("001 514 555 1234", "FR", MONTREAL),
        ("514\u2011555\u20111234", "CA", MONTREAL),
        ("  514 555 1234\n", "CA", MONTREAL),
        ("tel:514-555-1234", "CA", MONTREAL),
        ("tel:+1-514-555-1234", "FR", MONTREAL),
        ("<tel:+15145551234|+1 514-555-1234>", "FR", MONTREAL),
        ("<tel:5145551234|514-555-1234>", "CA", MONTREAL),
        ("<tel:+15145551234>", "FR", MONTREAL),
        ("<tel:0033612345678|0033 6 12 34 56 78>", "CA", PARIS),
        ("06 12 34 56 78", "FR", PARIS),
        ("06.12.34.56.78", "FR", PARIS),
        ("06\u00a012\u00a034\u00a056\u00a078", "FR", PARIS),
        ("06\u202f12\u202f34\u202f56\u202f78", "FR", PARIS),
        ("06\u200912\u200934\u200956\u200978", "FR", PARIS),
        ("\u202a+33 6 12 34 56 78\u202c", "CA", PARIS),
        ("\u200e+33 6 12 34 56 78", "CA", PARIS),
        ("０６１２３４５６７８", "FR", PARIS),
        ("٠٦١٢٣٤٥٦٧٨", "FR", PARIS),
        ("+33 (0)6 12 34 56 78", "CA", PARIS),
        ("0033612345678", "FR", PARIS),
        ("0033612345678", "CA", PARIS),
        ("00 33 6 12 34 56 78", "CA", PARIS),
        ("011 33 6 12 34 56 78", "CA", PARIS),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+39 06 1234 5678", "CA", "+390612345678"),
        ("1-800-FLOWERS", "CA", "+18003569377"),
    ],
)
def test_any_habitual_spelling_is_read(written: str, region: str, number: str) -> None:
    assert numbers.read(written, region) == number


@pytest.mark.parametrize(
    ("written", "region", "why", "read_as"),
    [
        ("", "CA", "missing", None),
        (" \u00a0\n\u202a", "CA", "missing", None),
        ("<tel:|call>", "CA", "missing", None),
        ("Marie", "CA", "unreadable", None),
        ("5", "CA", "unreadable", None),
        ("+", "CA", "unreadable", None),
        ("\ud800", "CA", "missing", None),
        ("1" * 300, "CA", "unreadable", None),
        ("514 555 1234 or 514 555 9999", "CA", "unreadable", None),
        ("<tel:+15145551234|x> <tel:+15145559999|y>", "CA", "unreadable", None),
        ("+999 123 456 789", "CA", "country", None),
        ("00 999 123 456 789", "CA", "country", None),
        ("514 555 1234 ext. 5", "CA", "extension", None),
        ("514-555-1234 #12", "CA", "extension", None),
        ("+1 514 555 1234;ext=5", "CA", "extension", None),
        ("514 555-1234, poste 204", "CA", "extension", None),
        ("514 555-1234 (Poste: 204)", "CA", "extension", None),
        ("514 555 1234 p. 12", "CA", "extension", None),
        ("911 Marie", "CA", "impossible", "+191162743"),
        ("555 1234", "CA", "impossible", "+15551234"),
        ("+1 514 555 12345", "FR", "impossible", "+151455512345"),
        ("514 555 1234 Marie", "CA", "impossible", "+1514555123462743"),
        ("*67 514 555 1234", "CA", "impossible", "+1675145551234"),
        ("•••• 1234", "CA", "impossible", "+11234"),
        ("+290 22345", "CA", "length", "+29022345"),
    ],
)
def test_what_cannot_be_dialled_is_refused_with_the_reason(
    written: str, region: str, why: str, read_as: str | None
) -> None:
    with pytest.raises(NotAllowed) as refused:
        numbers.read(written, region)
    values = {"number": read_as} if read_as else {}
    reason = Reason(key=f"refused.number.{why}", values=values, field="number")
    assert refused.value.reasons == (reason,)


@pytest.mark.parametrize(
    ("written", "region", "why", "dialled"),
    [
        ("911", "CA", "emergency", "911"),
        ("9-1-1", "CA", "emergency", "911"),
        ("<tel:911|911>", "CA", "emergency", "911"),
        ("９１１", "CA", "emergency", "911"),
        ("＋１ ９１１", "CA", "emergency", "911"),
        ("tel:911", "CA", "emergency", "911"),
        ("911!", "CA", "emergency", "911"),
        ("*911", "CA", "emergency", "911"),
        ("+911", "CA", "emergency", "911"),
        ("+1 911", "FR", "emergency", "911"),
        ("112", "CA", "emergency", "112"),
        ("112", "FR", "emergency", "112"),
        ("15", "FR", "emergency", "15"),
        ("18", "FR", "emergency", "18"),
        ("+33 15", "CA", "emergency", "15"),
        ("112", "AD", "emergency", "112"),
        ("000", "AU", "emergency", "000"),
        ("999", "GB", "emergency", "999"),
        ("15", "CA", "short", "15"),
        ("811", "CA", "short", "811"),
        ("988", "CA", "short", "988"),
        ("3919", "FR", "short", "3919"),
        ("*123", "CA", "short", "*123"),
        ("#31#", "CA", "short", "#31#"),
        ("911234", "CA", "short", "911234"),
        ("555-12", "CA", "short", "555-12"),
        ("00", "CA", "short", "00"),
    ],
)
def test_a_short_number_has_a_sentence_of_its_own(
    written: str, region: str, why: str, dialled: str
) -> None:
    with pytest.raises(NotAllowed) as refused:
        numbers.read(written, region)
    reason = Reason(key=f"refused.number.{why}", values={"number": dialled}, field="number")
    assert refused.value.reasons == (reason,)


def test_a_short_number_that_is_a_whole_one_there_is_read() -> None:
    assert numbers.read("712 345", "AD") == "+376712345"


def test_nothing_is_masked_for_a_call_that_has_lost_its_number() -> None:
    assert [numbers.hidden("call 514 555 1234", none) for none in (None, "")] == [
        "call 514 555 1234",
        "call 514 555 1234",
    ]


def test_a_number_is_masked_but_for_its_last_four_digits() -> None:
    assert [numbers.masked(number) for number in (MONTREAL, PARIS)] == ["•••• 1234", "•••• 5678"]


def test_a_number_is_spaced_for_reading() -> None:
    assert [numbers.spaced(number) for number in (MONTREAL, PARIS)] == [
        "+1 514-555-1234",
        "+33 6 12 34 56 78",
    ]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Invalid +15145551234", "Invalid •••• 1234"),
        ("(514) 555-1234 / +1 514-555-1234 / 15145551234.", "•••• 1234 / •••• 1234 / •••• 1234."),
        ("hung up by 5145551234", "hung up by •••• 1234"),
        ("1-514-555-1234, 011 1 514 555 1234", "•••• 1234, •••• 1234"),
        ("call 95145551234", "call 95145551234"),  # another number
        ("5, 1, 4, 5 5 5, 1·2·3·4", "•••• 1234"),
        ("at 555-1234, she said", "at •••• 1234, she said"),
        ("(438) 555-1234, 438-555-1234 or 438 555-1234", None),
        ("Five one four, five five five, one two three four.", "•••• 1234."),
        ("cinq un quatre cinq cinq cinq un deux trois quatre", "•••• 1234"),
        ("someone two three four, five five five one two three fourteen", None),
    ],
)
def test_a_number_is_hidden_however_it_is_written(said: str, shown: str | None) -> None:
    """``None``: it is another one."""
    assert numbers.hidden(said, "+15145551234") == (shown or said)


def test_a_number_with_a_trunk_zero_is_hidden_too() -> None:
    said = "au 06 12 34 56 78 ou +33 (0)6 12 34 56 78"
    assert numbers.hidden(said, "+33612345678") == "au •••• 5678 ou •••• 5678"

"""Telephone numbers as people write them, as AlloMia wants them, and as others may see them."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult
from phonenumbers.shortnumberinfo import is_emergency_number

from calls.errors import NotAllowed, Reason
from calls.words import clean

SLACK_LINK = re.compile(r"<tel:([^|<>]*)(?:\|[^<>]*)?>")
SHORTEST, LONGEST = 10, 20  # characters of an E.164 number: what AlloMia accepts
SHORT = 6  # digits at most of the numbers that mean something else in each country
LAST_DIGITS = 4
APART = r"[\s().,;:·_\-/\u2010-\u2015\u2212]*"  # what people put between digits
SPOKEN = (  # a transcript may spell a number
    "z[eé]ro|oh?", "one|un", "two|deux", "three|trois", "four|quatre", "five|cinq", "six",
    "seven|sept", "eight|huit", "nine|neuf",
)  # fmt: skip
DIGIT = re.compile(rf"\d|{'|'.join(SPOKEN)}", re.IGNORECASE)
NEIGHBOURS = 7  # digits by which a number is known to those who live there, in North America
DIALLED = re.compile(r"(?:tel:)?[\d*#+\uff0b\s().,;:!?\-/\u2010-\u2015\u2212]+", re.IGNORECASE)
NO = r"[\s.:#]*(?:n[o°][\s.:]*)?"
POSTE = rf"(?:poste|local|p\.){NO}"
"""What Québec writes before an extension, which phonenumbers would take for letters on the keys."""
EXTENDED = re.compile(rf"\d[\s,;(]*(?:{POSTE}|\bp{NO})\d+[\s).,;:]*$", re.IGNORECASE)
WIDE = 0xFF10  # where the digits begin that East Asian keyboards write


def read(text: str, region: str) -> str:
    """Return the E.164 number that ``text`` spells, or raise ``NotAllowed`` with the reason.

    ``region`` is the country (ISO 3166, two letters) of numbers written without one.
    """
    spelled = clean(SLACK_LINK.sub(r"\1", text))
    if not spelled:
        raise _refused("missing")
    _refuse_short(spelled, region)
    if EXTENDED.search(spelled):
        raise _refused("extension")
    number = _parsed(spelled, region)
    if spelled.startswith("00") and not phonenumbers.is_possible_number(number):
        number = _parsed("+" + spelled.removeprefix("00"), region)
    if number.extension:
        raise _refused("extension")
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        raise _refused("impossible", number=e164)
    own = number.country_code_source == phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY
    if own and not phonenumbers.is_valid_number(number):
        # With its country a number that the numbering plans do not know yet can be called.
        raise _refused("doubtful", number=e164)
    if not SHORTEST <= len(e164) <= LONGEST:
        raise _refused("length", number=e164)
    return e164


def _parsed(text: str, region: str) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(text, region, keep_raw_input=True)
    except NumberParseException as fault:
        if fault.error_type == NumberParseException.INVALID_COUNTRY_CODE:
            raise _refused("country") from None
        raise _refused("unreadable") from None


def _refuse_short(text: str, region: str) -> None:
    """Refuse emergency numbers, and other short ones, with a sentence of their own."""
    digits = phonenumbers.normalize_digits_only(text)
    if not DIALLED.fullmatch(text) or not 1 < len(digits) <= SHORT:
        return
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        number = phonenumbers.PhoneNumber()
    there = phonenumbers.region_code_for_country_code(number.country_code or 0)
    within = phonenumbers.national_significant_number(number)
    for dialled, where in ((digits, region), (within, there)):
        if is_emergency_number(dialled, where):
            raise _refused("emergency", number=dialled)
    if not phonenumbers.is_valid_number(number):
        raise _refused("short", number=text)


def _refused(why: str, **values: str) -> NotAllowed:
    return NotAllowed([Reason(key=f"refused.number.{why}", values=values, field="number")])


def masked(number: str) -> str:
    """Hide all of a number but its last four digits: ``•••• 1234``."""
    return f"•••• {number[-LAST_DIGITS:]}"


def hidden(text: str, number: str | None) -> str:
    """Mask a number wherever it stands in a text, however it is written or spelled there."""
    if not number or len(DIGIT.findall(text)) < min(len(number) - len("+123"), NEIGHBOURS):
        return text  # too few digits for it, its country's code left out
    parsed = phonenumbers.parse(number)
    written = str(parsed.national_number)
    country, rest = map(_pattern, (str(parsed.country_code), written))
    abroad = rf"[(+]*(?:(?:00|011){APART})?(?:{country}{APART})?(?:0{APART})?"
    patterns = [f"{abroad}{rest}"]
    if parsed.country_code == 1:  # without the area code, unless another one stands before it
        patterns.append(rf"(?<!\d[\s\-.)])(?<!\d\)\s){_pattern(written[-NEIGHBOURS:])}")
    for one in patterns:
        text = re.sub(rf"(?<!\d){one}(?!\d)", masked(number), text, flags=re.IGNORECASE)
    return text


def _pattern(digits: str) -> str:
    return APART.join(map(_either, digits))


def _either(digit: str) -> str:
    word = rf"(?<![^\W\d_])(?:{SPOKEN[int(digit)]})(?![^\W\d_])"
    return f"(?:[{digit}{chr(WIDE + int(digit))}]|{word})"


def spaced(number: str) -> str:
    """Write an E.164 number for reading: ``+1 514-555-1234``."""
    return phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.INTERNATIONAL)

"""What the numbering plans say of a number: of which kind it is, and of which country."""

from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberType

WORLD = "001"  # ISO 3166 has no code for it; this one is of the United Nations, as phonenumbers'


class Kind(StrEnum):
    """What a call to a number is like, as far as a rule may ask."""

    ORDINARY = "ordinary"
    """A landline, a mobile, or a company's number at their rates."""
    TOLL_FREE = "toll-free"
    SHARED_COST = "shared-cost"
    PREMIUM = "premium"
    SPECIAL = "special"
    """A personal number that follows its owner at a rate of its own, a pager, a voice mailbox."""
    SATELLITE = "satellite"
    """A satellite's, or that of another network which belongs to no country."""
    UNKNOWN = "unknown"
    """In no numbering plan: new, or none."""


KINDS = {
    PhoneNumberType.TOLL_FREE: Kind.TOLL_FREE,
    PhoneNumberType.SHARED_COST: Kind.SHARED_COST,
    PhoneNumberType.PREMIUM_RATE: Kind.PREMIUM,
    PhoneNumberType.PERSONAL_NUMBER: Kind.SPECIAL,
    PhoneNumberType.PAGER: Kind.SPECIAL,
    PhoneNumberType.VOICEMAIL: Kind.SPECIAL,
    PhoneNumberType.UNKNOWN: Kind.UNKNOWN,
}


def kind(number: str) -> Kind:
    """Return the kind of an E.164 number."""
    parsed = phonenumbers.parse(number)
    usual = Kind.SATELLITE if WORLD in _sharing(parsed) else Kind.ORDINARY
    return KINDS.get(phonenumbers.number_type(parsed), usual)


def countries(number: str) -> tuple[str, ...]:
    """Return the countries (ISO 3166, two letters) that an E.164 number may belong to.

    One, as a rule. Several where countries share a calling code and the number does not tell (a
    toll-free number of North America), the largest first. A satellite's belongs to ``001``.
    """
    parsed = phonenumbers.parse(number)
    sharing = _sharing(parsed)
    valid = [each for each in sharing if phonenumbers.is_valid_number_for_region(parsed, each)]
    return tuple(valid) or sharing


def _sharing(number: phonenumbers.PhoneNumber) -> tuple[str, ...]:
    return tuple(phonenumbers.region_codes_for_country_code(number.country_code or 0))

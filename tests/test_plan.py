"""The numbering plans tell of which kind a number is, and where it belongs."""

import pytest

from calls import plan
from calls.plan import Kind


@pytest.mark.parametrize(
    ("number", "kind", "country"),
    [
        ("+15145551234", Kind.ORDINARY, "CA"),
        ("+12125551234", Kind.ORDINARY, "US"),
        ("+18762101234", Kind.ORDINARY, "JM"),
        ("+18095551234", Kind.ORDINARY, "DO"),
        ("+33612345678", Kind.ORDINARY, "FR"),
        ("+442079460958", Kind.ORDINARY, "GB"),
        ("+441534712345", Kind.ORDINARY, "JE"),
        ("+34612345678", Kind.ORDINARY, "ES"),
        ("+5511987654321", Kind.ORDINARY, "BR"),
        ("+628123456789", Kind.ORDINARY, "ID"),
        ("+79161234567", Kind.ORDINARY, "RU"),
        ("+77012345678", Kind.ORDINARY, "KZ"),
        ("+33800123456", Kind.TOLL_FREE, "FR"),
        ("+80012345678", Kind.TOLL_FREE, "001"),
        ("+33810123456", Kind.SHARED_COST, "FR"),
        ("+33899123456", Kind.PREMIUM, "FR"),
        ("+979123456789", Kind.PREMIUM, "001"),
        ("+870773111632", Kind.SATELLITE, "001"),
        ("+881612345678", Kind.SATELLITE, "001"),
        ("+49999999999", Kind.UNKNOWN, "DE"),
    ],
)
def test_a_number_is_of_a_kind_and_of_a_country(number: str, kind: Kind, country: str) -> None:
    assert (plan.kind(number), plan.countries(number)) == (kind, (country,))


@pytest.mark.parametrize(
    ("number", "kind", "countries"),
    [
        ("+18005551234", Kind.TOLL_FREE, ("US", "AG", "CA", "JM")),
        ("+19005551234", Kind.PREMIUM, ("US", "CA")),
        ("+447012345678", Kind.SPECIAL, ("GB", "GG")),
        ("+443301234567", Kind.ORDINARY, ("GB", "JE")),
        ("+61412345678", Kind.ORDINARY, ("AU", "CX")),
        ("+15550000000", Kind.UNKNOWN, ("US", "CA", "JM")),
    ],
)
def test_a_number_that_does_not_tell_its_country_may_be_of_several(
    number: str, kind: Kind, countries: tuple[str, ...]
) -> None:
    found = plan.countries(number)
    assert (plan.kind(number), found[0]) == (kind, countries[0])
    assert set(countries) <= set(found)

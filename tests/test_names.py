"""The person called, by initials: whoever may look into a public channel sees no more."""

import pytest

from examples import HOSTILE, LONGEST_NAME, call
from views import names
from views.names import initials

NAMES = {
    "Marie Tremblay": "M. T.",
    "Marie-Ève Tremblay": "M.-È. T.",
    "marie\u2011eve  tremblay": "M.-E. T.",
    "Jean-\u00a0Roy": "J. R.",
    "Cher": "C.",
    "Dr. Roy": "D. R.",
    "  “Bob” O’Neil (fils) ": "B. O. F.",
    "Juan Carlos de la Vega": "J. C. D. L. V.",
    "Ana 3": "A. 3.",
    "Émile": "É.",
    "E\u0301mile": "É.",
    "ßeta ﬁn ǆ": "ß. ﬁ. ǅ.",
    "محمد علي": "م. ع.",
    "王小明": "王.",
    "राज कुमार": "रा. कु.",
    "Ελένη Παπαδοπούλου": "Ε. Π.",
    "a\u200d": "A.",
    HOSTILE: "B. C. U. H. T. I. S. C.",
    LONGEST_NAME: "",
    "🎉 -": "",
    "": "",
}


@pytest.mark.parametrize(("name", "short"), NAMES.items())
def test_a_name_has_its_initials(name: str, short: str) -> None:
    assert initials(name) == short


def test_a_call_is_shown_in_full_or_by_initials() -> None:
    made = call(name="Marie Tremblay")
    assert names.shown(made, full=True) == made
    assert names.shown(made, full=False) == made.having(name="M. T.")

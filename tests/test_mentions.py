"""Numbers in what people write: found with whose they are, and dates and prices left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls import mentions
from calls.mentions import MOST, Mention
from fuzz import cases, longer

MARIE, LUC = "+1 514-555-0123", "+1 514-555-0199"


def numbers(text: str, region: str = "CA") -> list[str]:
    """Return the numbers that a text mentions."""
    return [one.number for one in mentions.read([text], region)]


@pytest.mark.parametrize(
    ("region", "text", "number"),
    [
        ("CA", "5145550123", MARIE),
        ("CA", "(514) 555-0123", MARIE),
        ("CA", "514.555.0123", MARIE),
        ("CA", "\u202d+1\xa0514\u2011555\u20110123\u202c", MARIE),  # as a telephone copies it
        ("CA", "No 514-555-0123", MARIE),
        ("CA", "2026-03-14 15:09 514-555-0123", MARIE),
        ("CA", "14/03/2026 514 555 0123", MARIE),
        ("CA", "March 14, 2026 514-555-0123", MARIE),
        ("CA", "$20 514-555-0123", MARIE),
        ("CA", "514-555-0123 ext. 5", f"{MARIE} ext. 5"),
        ("CA", "514 555-0123, poste 204, merci", f"{MARIE} ext. 204"),
        ("CA", "514 555-0123 (Poste : 204)", f"{MARIE} ext. 204"),
        ("CA", "514 555-0123, local 204", f"{MARIE} ext. 204"),
        ("CA", "514 555-0123 poste no 204", f"{MARIE} ext. 204"),
        ("CA", "514 555-0123 poste à pourvoir", MARIE),
        ("CA", "+33 6 12 34 56 78", "+33 6 12 34 56 78"),
        ("US", "tel:514-555-0123", MARIE),
        ("FR", "06 12 34 56 78", "+33 6 12 34 56 78"),
        ("FR", "01.23.45.67.89", "+33 1 23 45 67 89"),
        ("BE", "0470 12 34 56", "+32 470 12 34 56"),
        ("CH", "079.123.45.67", "+41 79 123 45 67"),
        ("DE", "030 123456", "+49 30 123456"),
        ("DK", "32.12.34.56", "+45 32 12 34 56"),
        ("GB", "020 7946 0018", "+44 20 7946 0018"),
        ("IT", "06 698 12345", "+39 06 6981 2345"),
        ("ES", "912 345 678", "+34 912 34 56 78"),
        ("SE", "070-123 45 67", "+46 70 123 45 67"),
        ("AU", "0412 345 678", "+61 412 345 678"),
        ("IN", "98765 43210", "+91 98765 43210"),
        ("JP", "０９０-1234-5678", "+81 90-1234-5678"),
        ("SG", "6123 4567", "+65 6123 4567"),
    ],
)
def test_a_number_is_found_as_people_write_it(region: str, text: str, number: str) -> None:
    assert numbers(text, region) == [number]


@pytest.mark.parametrize(
    "text",
    [
        *("2026-03-14", "14.03.2026", "14/03/26 à 15h", "2026-03-14T15:09:26.123Z", "20260314"),
        *("March 14, 2026", "15:09:26", "1773500966.123456", "1773500966"),
        *("Order 5145550123 was shipped", "#5145550123", "Commande no 5145550123"),
        *("facture 2026-0314-5512", "Order #114-1234567-1234567", "ref: AB-5145550123"),
        *("$5145550123", "5145550123 $", "1 514 555,01 €", "1,514,555.01 CAD", "EUR 5145550123"),
        *("51455501-2312-4333-8444-514555012312", "4111 1111 1111 1111", "123 456 789"),
        *("https://crm.example/5145550123", "5145550123@sms.example", "192.168.0.12"),
        *("45.501690, -73.567253", "v1.2.3456", "911", "811", "555-0123", "call 12345"),
        *("DE89 3704 0044 0532 0130 00", "FR76 3000 6000 0112 3456 7890 189", "A5145550123"),
    ],
)
@pytest.mark.parametrize("region", ["CA", "US", "FR", "DE", "GB", "NO", "SG"])
def test_what_is_no_number_is_passed_over(region: str, text: str) -> None:
    assert numbers(text, region) == []


@pytest.mark.parametrize(
    ("text", "name", "about"),
    [
        ("Marie Tremblay 514-555-0123", "Marie Tremblay", ""),
        ("Marie 514-555-0123", "Marie", ""),
        ("514-555-0123 (Marie)", "Marie", ""),
        ("514-555-0123 - Marie Tremblay", "Marie Tremblay", ""),
        ("Tél.: 514-555-0123, Marie", "Marie", ""),
        ("Appeler Mme Tremblay au 514-555-0123", "Mme Tremblay", ""),
        ("Jean-François de La Tour – tél. 514-555-0123", "Jean-François de La Tour", ""),
        ("appel de Marie Roy 514-555-0123", "Marie Roy", ""),
        ("514-555-0123 Marie Roy de la clinique", "Marie Roy", ""),
        ("514-555-0123 Tuesday", "", "Tuesday"),
        ("Dr. 514-555-0123", "", ""),
        ("see Marie 514-555-0123", "", "see Marie"),
        ("514-555-0123 pour Ludwig van Beethoven", "Ludwig van Beethoven", ""),
        (
            "Call Marie Tremblay at (514) 555-0123 on Tuesday",
            "Marie Tremblay",
            "Call Marie Tremblay at … on Tuesday",
        ),
        (
            "Rappeler M. Luc Roy, 514-555-0123, avant vendredi",
            "M. Luc Roy",
            "Rappeler M. Luc Roy, …, avant vendredi",
        ),
        (
            "Marie Tremblay | 514-555-0123 | mardi 15 h",
            "Marie Tremblay",
            "Marie Tremblay | … | mardi 15 h",
        ),
        ("Nom : Marie Tremblay\nTél : 514-555-0123", "Marie Tremblay", ""),
        ("Name: Marie (new)\nPhone: 514-555-0123\nWhy: wrist", "Marie", "Why: wrist"),
        ("Patient\nMarie Tremblay\nPhone\n514-555-0123", "Marie Tremblay", ""),
        ("BEGIN:VCARD\nFN:Marie Tremblay\nTEL;TYPE=CELL:+15145550123", "Marie Tremblay", ""),
        ("Urgent: 514-555-0123 wants a callback", "", "Urgent: … wants a callback"),
        ("the number (514-555-0123) of somebody", "", "the number … of somebody"),
        ("Please call 514-555-0123", "", ""),
        ("Dossier 514-555-0123", "", ""),
        ("Name: 5\n514-555-0123", "", "Name: 5"),
        ("Luc Roy •••• 1234, now 514-555-0123", "", "Luc Roy … 1234, now"),
        (f"{'Ab' * 40} Tremblay 514-555-0123", "", f"{'Ab' * 40} Tremblay"),
    ],
)
def test_a_name_and_what_is_said_are_read_beside_a_number(text: str, name: str, about: str) -> None:
    assert mentions.read([text], "CA") == (Mention(number=MARIE, name=name, about=about),)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Marie Tremblay 514-555-0123, Luc Roy 514-555-0199", ["Marie Tremblay", "Luc Roy"]),
        ("514-555-0123 Marie Tremblay, 514-555-0199 Luc Roy", ["Marie Tremblay", "Luc Roy"]),
        ("Marie Tremblay 514-555-0123\nLuc Roy 514-555-0199", ["Marie Tremblay", "Luc Roy"]),
        ("Marie: 514-555-0123 / 514-555-0199", ["Marie", "Marie"]),
        ("Marie: 514-555-0123, home: 514-555-0199", ["Marie", "Marie"]),
        ("Marie 514-555-0123, p. 514-555-0199", ["Marie", "Marie"]),
        ("Marie: 514-555-0123, Luc: 514-555-0199", ["Marie", "Luc"]),
        ("Marie 514-555-0123 / Luc 514-555-0199", ["Marie", "Luc"]),
        ("Marie: 514-555-0123 and Luc: 514-555-0199", ["Marie", ""]),
        ("514-555-0123 Marie, 514-555-0199 Luc", ["Marie", "Luc"]),
        ("Marie: 514-555-0123 ou 514-555-0199, Paul: 514-555-0177", ["Marie", "Marie"]),
        ("Marie: 514-555-0123, and somebody at the office: 514-555-0199", ["Marie", ""]),
    ],
)
def test_each_of_several_numbers_has_its_own_name(text: str, names: list[str]) -> None:
    found = mentions.read([text], "CA")
    both = [(one.number, one.name) for one in found[:2]]
    assert both == list(zip([MARIE, LUC], names, strict=True))
    assert {one.about for one in found} <= {"", text.replace("514-555-0123", "…")}


def test_each_number_comes_once_with_what_is_known_of_it_anywhere() -> None:
    passages = ["514-555-0199 then 514-555-0123", "Marie 5145550123", "Luc 514.555.0123 on Friday"]
    assert mentions.read(passages, "CA") == (
        Mention(number=LUC),
        Mention(number=MARIE, name="Marie", about="Luc … on Friday"),
    )


def test_no_more_numbers_are_offered_than_can_be_looked_through() -> None:
    lines = "\n".join(f"514-555-{n:04}" for n in range(100, 400))
    assert len(numbers(lines)) == MOST


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    lines = ["x" * 1000] * 9 + ["514-555-0123"]
    assert (numbers("\n".join(lines)), mentions.read(lines, "CA")) == ([], ())


@cases(60)
@given(st.lists(longer, max_size=4), st.sampled_from(["CA", "FR", "DE", "JP"]))
def test_whatever_strangers_write_is_read(passages: list[str], region: str) -> None:
    found = mentions.read(passages, region)
    assert len(found) <= MOST
    assert {len(one.about) <= 300 and len(one.name) <= 60 for one in found} <= {True}

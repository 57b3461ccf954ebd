"""What Slack itself says beside a field of a form, before it asks the app."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from sandbox.blocks import JSON
from sandbox.inputs import KINDS
from sandbox.modals import View

SAID = {
    "en": {
        "required": "Please complete this required field.",
        "short": "Please use at least {least} characters.",
        "email": "Please enter a valid email address.",
        "url": "Please enter a valid URL.",
        "number": "Please enter a number.",
        "least": "Please enter a number of at least {least}.",
        "most": "Please enter a number of at most {most}.",
    },
    "fr": {
        "required": "Veuillez remplir ce champ obligatoire.",
        "short": "Veuillez saisir au moins {least} caractères.",
        "email": "Veuillez saisir une adresse e-mail valide.",
        "url": "Veuillez saisir une URL valide.",
        "number": "Veuillez saisir un nombre.",
        "least": "Veuillez saisir un nombre d’au moins {least}.",
        "most": "Veuillez saisir un nombre d’au plus {most}.",
    },
}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://[^\s/]+\S*")


def faults_of_form(view: View, values: Mapping[str, object], locale: str) -> dict[str, str]:
    """Return what is said beside which block, were the form submitted with these values."""
    said = SAID["fr" if locale.startswith("fr") else "en"]
    return {
        block["block_id"]: said[key].format(**particulars)
        for block in view.blocks
        if block["type"] == "input" and block["element"]["type"] in KINDS
        for key, particulars in _faults(block, _standing(view, block, values))
    }


def _standing(view: View, block: JSON, values: Mapping[str, object]) -> object:
    name, element = block["block_id"], block["element"]
    if name in values:
        return values[name]
    return view.state[name][element["action_id"]].get(KINDS[element["type"]].key)


def _faults(block: JSON, value: object) -> Iterator[tuple[str, JSON]]:
    element = block["element"]
    if not value:
        if not block.get("optional"):
            yield "required", {}
    elif isinstance(value, str):
        least = element.get("min_length", 0)
        if len(value) < least:
            yield "short", {"least": least}
        elif element["type"] == "email_text_input" and not EMAIL.fullmatch(value):
            yield "email", {}
        elif element["type"] == "url_text_input" and not URL.fullmatch(value):
            yield "url", {}
        elif element["type"] == "number_input":
            yield from _of_number(element, value)


def _of_number(element: JSON, value: str) -> Iterator[tuple[str, JSON]]:
    try:
        number = Decimal(value)
    except InvalidOperation:
        yield "number", {}
        return
    if not element.get("is_decimal_allowed") and number != number.to_integral_value():
        yield "number", {}
    elif (least := element.get("min_value")) is not None and number < Decimal(least):
        yield "least", {"least": least}
    elif (most := element.get("max_value")) is not None and number > Decimal(most):
        yield "most", {"most": most}

"""What tests of the form's buttons share: press one, and look at the window that opens on top."""

from house import House
from sandbox.modals import View
from sandbox.person import Person
from sandbox.workspace import FRONT_DESK


async def form_of(house: House, person: Person, text: str = "", channel: str = FRONT_DESK) -> View:
    """Let somebody type `/call`, and return the form in their language."""
    await person.command(text, channel)
    title = {"en-US": "Place a call", "fr-FR": "Passer un appel"}[person.user.locale]
    return await seeing(house, person, title)


async def seeing(house: House, person: Person, words: str) -> View:
    """Wait until somebody looks at a window with some words, and return it."""

    def shown() -> View | None:
        found = person.modal
        return found if found and words in found.words else None

    return await house.slack.until(shown)


async def pressed(
    house: House, person: Person, where: View, action: str, words: str, **typed: object
) -> View:
    """Let somebody fill fields in and press a button; return the window with some words."""
    person.fill(where, typed)
    answer = await person.press(where, action)
    assert (answer.status, answer.text, answer.in_time) == (200, "", True)
    return await seeing(house, person, words)

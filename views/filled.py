"""The fields of a window as somebody has filled them, read from what Slack sends."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from calls.errors import NotAllowed, Reason

CHOSEN = ("selected_users", "selected_conversations")


class Filled:
    """The fields of a window; Slack may send an empty one as null or leave it out."""

    def __init__(self, view: Mapping[str, Any]) -> None:
        self._values = (view.get("state") or {}).get("values") or {}

    def words(self, name: str) -> str:
        """Return what was typed."""
        return str(self._element(name).get("value") or "")

    def option(self, name: str) -> str:
        """Return the value of the one option that was chosen."""
        return str((self._element(name).get("selected_option") or {}).get("value") or "")

    def chosen(self, name: str) -> tuple[str, ...]:
        """Return what was chosen or ticked: people, conversations, options."""
        element = self._element(name)
        options = [str(one["value"]) for one in element.get("selected_options") or ()]
        return tuple(options + [one for key in CHOSEN for one in element.get(key) or ()])

    def conversation(self, name: str) -> str:
        """Return the one conversation that was chosen."""
        return str(self._element(name).get("selected_conversation") or "")

    def person(self, name: str) -> str:
        """Return the one person who was chosen."""
        return str(self._element(name).get("selected_user") or "")

    def ticked(self, name: str) -> bool:
        """Tell whether a box was ticked."""
        return bool(self.chosen(name))

    def hour(self, name: str) -> datetime | None:
        """Return the date and time that was chosen, in UTC."""
        chosen = self._element(name).get("selected_date_time")
        return datetime.fromtimestamp(int(chosen), UTC) if chosen else None

    def picked(self, name: str, what: str) -> str:
        """Return the ``date`` or ``time`` that was chosen, as a calendar or a clock shows it."""
        return str(self._element(name).get(f"selected_{what}") or "")

    def number(self, name: str, least: int, most: int) -> float | None:
        """Return the number typed, none where the field is empty."""
        typed = self.words(name).strip().replace(",", ".")
        if not typed:
            return None
        try:
            found = float(typed) if least == 0 else int(typed)
        except ValueError:
            found = -1
        if not least <= found <= most:  # neither is what is no number at all
            values = {"least": str(least), "most": str(most)}
            raise NotAllowed([Reason(key="refused.rule.number", values=values, field=name)])
        return found

    def _element(self, name: str) -> Mapping[str, Any]:
        found = (self._values.get(name) or {}).values()
        return next(iter(found), None) or {}

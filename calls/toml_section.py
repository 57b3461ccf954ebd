"""A table of a TOML file, read key by key; each fault names the place and what to write there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from calls.errors import Reason
from calls.words import clean

QUOTED = 60  # characters of the file that are repeated


def at(place: str, reason: Reason, **values: str) -> Reason:
    """Put a place before a reason; the form's field that it belongs beside is none here."""
    inner = reason.model_copy(update={"field": None})
    return Reason(key=f"place.{place}", values=values, parts=(inner,))


class Section:
    """One table; what is never asked for is a fault in the end: it would be lost silently."""

    def __init__(
        self, table: Mapping[str, Any], faults: list[Reason], *places: tuple[str, dict[str, str]]
    ) -> None:
        self._table = table
        self._faults = faults
        self._places = places
        self._asked: list[str] = []
        self.faults_at: set[str] = set()
        """The keys at which something is wrong already."""

    def fault(self, reason: Reason, key: str) -> None:
        """Note what is wrong at a key."""
        self.faults_at.add(key)
        reason = at("key", reason, word=clean(key, QUOTED))
        for place, values in reversed(self._places):
            reason = at(place, reason, **values)
        self._faults.append(reason)

    def faulty(self, key: str, why: str, **values: str) -> None:
        """Note one of the file's own faults at a key."""
        self.fault(Reason(key=f"file.{why}", values=values), key)

    def close(self) -> None:
        """Note every key that nobody has asked for."""
        known = ", ".join(self._asked)
        for key in self._table:
            if key not in self._asked:
                self.faulty(key, "unknown", known=known)

    def _get(self, key: str) -> Any:  # noqa: ANN401 - any TOML
        self._asked.append(key)
        return self._table.get(key)

    def text(self, key: str) -> str:
        """Read a text; none is empty."""
        found = self._get(key)
        if found is None or isinstance(found, str):
            return found or ""
        self.faulty(key, "not_text")
        return ""

    def one_of(self, key: str, known: Sequence[str]) -> str:
        """Read one of some words; the first of them where there is none."""
        found = self.text(key).strip()
        if not found or found in known:
            return found or known[0]
        self.faulty(key, "not_one_of", known=", ".join(known))
        return known[0]

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of texts."""
        found = self._get(key)
        if found is None:
            return ()
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return tuple(found)
        self.faulty(key, "not_texts")
        return ()

    def flag(self, key: str) -> bool:
        """Read yes or no."""
        found = self._get(key)
        if found is None or isinstance(found, bool):
            return bool(found)
        self.faulty(key, "not_flag")
        return False

    def whole(self, key: str, least: int, most: int) -> int | None:
        """Read a whole number."""
        found = self._get(key)
        if found is None:
            return None
        if isinstance(found, int) and not isinstance(found, bool) and least <= found <= most:
            return found
        self.faulty(key, "not_whole", least=str(least), most=str(most))
        return None

    def number(self, key: str, least: float, most: float) -> float | None:
        """Read a number."""
        found = self._get(key)
        if found is None:
            return None
        is_number = isinstance(found, (int, float)) and not isinstance(found, bool)
        if is_number and least <= found <= most:
            return float(found)
        self.faulty(key, "not_number", least=f"{least:.0f}", most=f"{most:.0f}")
        return None

    def tables(self, key: str, place: str, name: str) -> Iterator["Section"]:
        """Go through the tables of a list; ``name`` is the key that each is called by."""
        found = self._get(key)
        if found is None:
            return
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.faulty(key, "not_tables", name=key)
            return
        for number, table in enumerate(found, start=1):
            called = table.get(name)
            words = clean(called, QUOTED) if isinstance(called, str) else ""
            where = place if words else f"{place}_nameless"
            values = {"number": str(number)} | ({"name": words} if words else {})
            yield Section(table, self._faults, *self._places, (where, values))

    def table(self, key: str, place: str) -> "Section | None":
        """Return a table in this one, where there is one."""
        found = self._get(key)
        if found is None:
            return None
        if isinstance(found, dict):
            return Section(found, self._faults, *self._places, (place, {}))
        self.faulty(key, "not_table", name=key)
        return None

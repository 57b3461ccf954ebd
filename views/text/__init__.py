"""Every sentence that people see, in English and in French, by key."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from calls import spoken
from calls.errors import Reason
from views import countries
from views.mrkdwn import Mrkdwn, channel, escaped, user

LANGUAGES = ("en", "fr")
CODES = {"country", "allowed"}
LINKS = {"channel": channel, "person": user}


@cache
def sentences(language: str) -> dict[str, str]:
    """Return a language's sentences by their dotted keys."""
    with (Path(__file__).parent / f"{language}.toml").open("rb") as file:
        return dict(_flat("", tomllib.load(file)))


def _flat(prefix: str, table: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            found += _flat(f"{prefix}{key}.", value)
        else:
            found.append((prefix + key, value))
    return found


def _linked(values: dict[str, str]) -> dict[str, str]:
    """Turn the id of a conversation into a link to it, and those of people into mentions."""
    linked = dict(values)
    for name in LINKS.keys() & values:
        linked[name] = LINKS[name](values[name])
    if "people" in values:
        linked["people"] = Mrkdwn(", ".join(map(user, values["people"].split())))
    return linked


class Text:
    """One language's sentences, plain or as mrkdwn."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._sentences = sentences(language)

    def __call__(self, key: str, **values: str) -> str:
        """Fill in a sentence as plain text."""
        return self._sentences[key].format(**values)

    def has(self, key: str) -> bool:
        """Tell whether there is such a sentence."""
        return key in self._sentences

    def mrkdwn(self, key: str, **values: str) -> Mrkdwn:
        """Fill in a sentence as mrkdwn; values are escaped unless they are mrkdwn themselves."""
        safe = {
            name: value if isinstance(value, Mrkdwn) else escaped(value)
            for name, value in values.items()
        }
        return Mrkdwn(self._sentences[key].format(**safe))

    def reason(self, reason: Reason) -> str:
        """Tell a reason with its particulars as plain text."""
        told = [self(reason.key, **self._named(reason.values))]
        for part in reason.parts:
            words = self.reason(part)
            label = self._label(part)
            told.append(self("particular", label=label, told=words) if label else words)
        return " ".join(told)

    def mrkdwn_reason(self, reason: Reason) -> Mrkdwn:
        """Tell a reason with its particulars as mrkdwn."""
        values = _linked(self._named(reason.values))
        told = [self.mrkdwn(reason.key, **values)]
        for part in reason.parts:
            words = self.mrkdwn_reason(part)
            label = self._label(part)
            told.append(self.mrkdwn("particular", label=label, told=words) if label else words)
        return Mrkdwn(" ".join(told))

    def _label(self, part: Reason) -> str:
        """Return what its field is called in the form, where it is one of the form's."""
        return self._sentences.get(f"form.{part.field}", "")

    def _named(self, values: Mapping[str, str]) -> dict[str, str]:
        """Name in this language what a reason's values name in all, or by a code."""
        named = {key: values.get(f"{key}_{self.language}", told) for key, told in values.items()}
        for key in CODES & values.keys():
            named[key] = countries.spoken(values[key].split(", "), self.language)
        if "zone" in values:
            named["zone"] = spoken.place(values["zone"], self.language)
        return named

    def duration(self, seconds: float) -> str:
        """Write a duration: ``42 s``, ``1 min 42 s``, ``10 min``, ``1 h 02 min``."""
        minutes, rest = divmod(max(1, round(seconds)), 60)
        if not minutes:
            return f"{rest} s"
        hours, left = divmod(minutes, 60)
        if not hours:
            return f"{minutes} min {rest:02} s" if rest else f"{minutes} min"
        return f"{hours} h {left:02} min" if left else f"{hours} h"

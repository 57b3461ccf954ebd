"""Which language a person reads, answered from memory: a form must open without the network."""

from calls import store
from calls.clock import now
from calls.database import Database

MOST = 20_000  # people kept in memory at start
LANGUAGES = {"fr": "fr", "en": "en"}


class People:
    """The languages of the people seen, in memory and in the database."""

    def __init__(self, database: Database, default: str) -> None:
        self._database = database
        self._default = default
        self._languages: dict[tuple[str, str], str] = {}

    async def load(self) -> None:
        """Read what earlier runs have learnt."""
        async with self._database.read() as connection:
            self._languages = await store.languages(connection, MOST)

    def knows(self, team: str, person: str) -> bool:
        """Tell whether the person's language has been learnt."""
        return (team, person) in self._languages

    def language(self, team: str, person: str) -> str:
        """Return the language to speak with a person."""
        return self._languages.get((team, person), self._default)

    async def learn(self, team: str, person: str, locale: str) -> str:
        """Note a person's language from a locale such as ``fr-CA``, and return it."""
        language = LANGUAGES.get(locale[:2].lower(), "en")
        self._languages[team, person] = language
        async with self._database.write() as connection:
            await store.remember(connection, team, person, language, now())
        return language

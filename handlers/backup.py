"""A restored backup, told so at the command line before anything is started on it."""

from calls.database import Database
from calls.settings import Settings
from calls.switchboard import Switchboard
from handlers import presence


class NotABackup(Exception):
    """The database is in use, or not there."""


async def restored(settings: Settings) -> None:
    """Note that the database is one; raise ``NotABackup`` where it cannot be."""
    database = Database(settings.database_url)
    try:
        if database.is_new:
            raise NotABackup("its file does not exist")
        if await presence.is_up(settings, database):
            raise NotABackup("Ringback runs on it; stop it first")
        await database.migrate()
        unknown = await Switchboard(database, settings).restored()
    finally:
        await database.close()
    print(f"Calls that may have been dialled since the backup, now unknown: {unknown}.")
    print("Nobody is dialled for them. Their threads are told when Ringback starts.")

"""The doors: Slack, AlloMia or the clock says something, and the right part is told."""

from slack_bolt.async_app import AsyncApp

from handlers import (
    audit,
    card,
    command,
    directory,
    directory_entry,
    do_not_call,
    do_not_call_list,
    doctor,
    favourites,
    forget,
    form,
    found,
    handing,
    home,
    missed,
    move,
    number,
    preview,
    rules,
    stop,
    telling,
    transcript,
    trial,
)

DOORS = (
    command,
    home,
    form,
    found,
    preview,
    trial,
    favourites,
    forget,
    card,
    handing,
    transcript,
    missed,
    number,
    move,
    rules,
    telling,
    stop,
    doctor,
    audit,
    do_not_call,
    do_not_call_list,
    directory,
    directory_entry,
)


def register(app: AsyncApp) -> None:
    """Register everything that people can do in Slack; each door knows its own gestures."""
    for door in DOORS:
        door.register(app)

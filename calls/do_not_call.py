"""The do-not-call list of a workspace: numbers that nobody calls until an entry is removed."""

from sqlalchemy import ColumnElement, Exists, exists

from calls import tables

table = tables.do_not_call


def entry(team: ColumnElement[str], number: ColumnElement[str]) -> Exists:
    """Ask whether a number may not be called."""
    return exists().where(
        table.c.team == team, table.c.number == number, table.c.removed_at.is_(None)
    )

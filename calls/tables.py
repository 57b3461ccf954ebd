"""The database's tables, the same on SQLite and on PostgreSQL."""

from importlib import import_module
from typing import TYPE_CHECKING, cast

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from calls.instant import Instant

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

calls = Table(
    "calls",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("team", String(32), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("thread", String(32)),
    Column("asked_by", String(32), nullable=False),
    Column("language", String(8), nullable=False),
    Column("gesture", String(255), nullable=False, unique=True),
    Column("response_url", Text),
    Column("number", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("assistant_id", String(36), nullable=False),
    Column("phone_number_id", String(36), nullable=False),
    Column("assistant_name", Text, nullable=False, server_default=""),
    Column("variables", JSON, nullable=False),
    Column("typed", JSON, nullable=False, server_default="{}"),
    Column("told_by", String(32)),
    Column("zone", String(64)),
    Column("hour", Instant),
    Column("again", JSON(none_as_null=True)),
    Column("trial", Boolean, nullable=False, server_default=false()),
    Column("under", String(32)),
    Column("placed_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("token_hash", String(64), unique=True),
    Column("rung", Integer, nullable=False),
    Column("dialled_at", Instant),
    Column("outbound_call_id", String(128)),
    Column("contact_id", String(128)),
    Column("hinted_id", String(128)),
    Column("outcome", JSON(none_as_null=True)),
    Column("reason", JSON(none_as_null=True)),
    Column("by", String(32)),
    Column("looked_at", Instant),
    Column("looked", JSON(none_as_null=True)),
    Column("announced", String(16)),
    Column("replied", JSON(none_as_null=True)),
    Column("quoted", JSON(none_as_null=True)),
    Column("besides", JSON(none_as_null=True)),
    Column("record", JSON(none_as_null=True)),
    Column("opted_out", Boolean, nullable=False, server_default=false()),
    Column("listed_by", String(32)),
    Column("chain", JSON(none_as_null=True)),
    Column("ended_at", Instant),
    Column("assigned_to", String(32)),
    Column("done_by", String(32)),
    Column("done_at", Instant),
    Column("notes", JSON, nullable=False, server_default="[]"),
    Column("to_erase", Boolean, nullable=False, server_default=false()),
    Column("erased_at", Instant),
    # As ``hand_over.is_open`` has it.
    Column("needy", Boolean, nullable=False, server_default=false()),
    Index(None, "team", "number", "status"),
    Index(None, "team", "asked_by", "placed_at"),
    Index(None, "team", "placed_at"),
    Index(None, "team", "status"),
    Index(None, "team", "assigned_to"),
    Index(None, "ended_at", "erased_at"),
)

newest_attempt = calls.c.chain["following"].as_string().is_(None)
"""Whether no other attempt has taken a call's place."""

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call", ForeignKey(calls.c.reference, ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("status", String(16), nullable=False),
    Column("by", String(32)),
    Column("reason", JSON(none_as_null=True)),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call", ForeignKey(calls.c.reference, ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("wanted_at", Instant, nullable=False),
    Column("due", Instant, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("lease", String(32)),
    Column("leased_until", Instant),
    UniqueConstraint("call", "kind"),
)

people = Table(
    "people",
    metadata,
    Column("team", String(32), primary_key=True),
    Column("person", String(32), primary_key=True),
    Column("language", String(8), nullable=False),
    Column("seen_at", Instant, nullable=False),
)

workspaces = Table(
    "workspaces",
    metadata,
    Column("team", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("directory", JSON, nullable=False),
    Column("rules", JSON, nullable=False),
    Column("stopped", JSON(none_as_null=True)),
    Column("changed_by", String(32), nullable=False),
    Column("changed_at", Instant, nullable=False),
)

do_not_call = Table(  # an entry that was removed stays: who, when and why
    "do_not_call",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("team", String(32), nullable=False),
    Column("number", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("added_by", String(32), nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("removed_by", String(32)),
    Column("removed_at", Instant),
    Column("removed_why", Text),
    Index(None, "team", "number"),
)

profiles = Table(
    "profiles",
    metadata,
    Column("team", String(32), primary_key=True),
    Column("person", String(32), primary_key=True),
    Column("number", String(20), nullable=False),
)

choices = Table(  # what a person chose last in a conversation
    "choices",
    metadata,
    Column("team", String(32), primary_key=True),
    Column("person", String(32), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("assistant_id", String(36), nullable=False),
    Column("phone_number_id", String(36), nullable=False),
    Column("chosen_at", Instant, nullable=False),
)

favourites = Table(
    "favourites",
    metadata,
    Column("team", String(32), primary_key=True),
    Column("person", String(32), primary_key=True),
    Column("key", String(80), primary_key=True),  # the name, as it is compared
    Column("name", String(80), nullable=False),
    Column("draft", JSON, nullable=False),
    Column("saved_at", Instant, nullable=False),
)

drafts = Table(  # filled forms on which something is still being asked
    "drafts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("team", String(32), nullable=False),
    Column("person", String(32), nullable=False),
    Column("draft", JSON, nullable=False),
    Column("kept_at", Instant, nullable=False, index=True),
)

homes = Table(  # who has looked at App Home, and what of it they see
    "homes",
    metadata,
    Column("team", String(32), primary_key=True),
    Column("person", String(32), primary_key=True),
    Column("shown", JSON, nullable=False),
    Column("opened_at", Instant, nullable=False),
)

audit = Table(  # who did what; rows are only ever added
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("team", String(32), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(32), nullable=False),
    Column("action", String(32), nullable=False),
    Column("call", String(16)),  # its reference: the row outlives the call
    Column("number", String(20)),  # masked
    Column("place", String(64)),  # where it was done: a conversation, App Home, the command line
    Column("told", JSON(none_as_null=True)),
    Index(None, "team", "at"),
)

installation = Table(  # one row
    "installation",
    metadata,
    Column("id", String(32), primary_key=True),
)


def insert_into(dialect: str, table: Table) -> "Insert":
    """Begin an INSERT that knows ON CONFLICT, in the words of the database that there is.

    The other one's would only take memory; both have the same methods.
    """
    words = import_module(f"sqlalchemy.dialects.{dialect}")
    return cast("Insert", words.insert(table))

"""Each workspace has its directory, its rules and its do-not-call list; calls have an hour."""

import sqlalchemy as sa
from alembic import op

from calls.instant import Instant

revision = "0003"
down_revision = "0002"

CALLS: dict[str, type[Instant] | sa.String] = {"zone": sa.String(64), "hour": Instant}
Filled = tuple[sa.JSON | sa.Text | sa.Boolean, str | sa.False_]
FILLED: dict[str, Filled] = {  # with what earlier calls have
    "typed": (sa.JSON(), "{}"),
    "assistant_name": (sa.Text(), ""),
    "trial": (sa.Boolean(), sa.false()),
}
TABLES = "workspaces", "do_not_call", "profiles", "choices", "favourites", "drafts", "homes"


def upgrade() -> None:
    """Make the tables and the columns."""
    for name, kind in CALLS.items():
        op.add_column("calls", sa.Column(name, kind))
    for name, (of, value) in FILLED.items():
        op.add_column("calls", sa.Column(name, of, nullable=False, server_default=value))
    op.create_index("ix_calls_team_placed_at", "calls", ["team", "placed_at"])
    op.create_index("ix_calls_team_status", "calls", ["team", "status"])
    _workspaces()
    _do_not_call()
    _of_a_person()
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("draft", sa.JSON, nullable=False),
        sa.Column("kept_at", Instant, nullable=False, index=True),
    )


def _workspaces() -> None:
    op.create_table(
        "workspaces",
        sa.Column("team", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("directory", sa.JSON, nullable=False),
        sa.Column("rules", sa.JSON, nullable=False),
        sa.Column("stopped", sa.JSON),
        sa.Column("changed_by", sa.String(32), nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
    )


def _do_not_call() -> None:
    op.create_table(
        "do_not_call",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("added_by", sa.String(32), nullable=False),
        sa.Column("added_at", Instant, nullable=False),
        sa.Column("removed_by", sa.String(32)),
        sa.Column("removed_at", Instant),
        sa.Column("removed_why", sa.Text),
    )
    op.create_index("ix_do_not_call_team_number", "do_not_call", ["team", "number"])


def _of_a_person() -> None:
    def person(name: str, *columns: sa.Column[object]) -> None:
        whose = (sa.Column(key, sa.String(32), primary_key=True) for key in ("team", "person"))
        op.create_table(name, *whose, *columns)

    person("profiles", sa.Column("number", sa.String(20), nullable=False))
    person(
        "choices",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("assistant_id", sa.String(36), nullable=False),
        sa.Column("phone_number_id", sa.String(36), nullable=False),
        sa.Column("chosen_at", Instant, nullable=False),
    )
    person(
        "favourites",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("draft", sa.JSON, nullable=False),
        sa.Column("saved_at", Instant, nullable=False),
    )
    person(
        "homes",
        sa.Column("shown", sa.JSON, nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
    )


def downgrade() -> None:
    """Forget all that workspaces and people have chosen."""
    for name in TABLES:
        op.drop_table(name)
    for name in ("ix_calls_team_placed_at", "ix_calls_team_status"):
        op.drop_index(name, "calls")
    for name in (*CALLS, *FILLED):
        op.drop_column("calls", name)

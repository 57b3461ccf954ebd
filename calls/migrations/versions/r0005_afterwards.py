"""Calls are repeated, handed over and erased; who did what is noted."""

import sqlalchemy as sa
from alembic import op

from calls.instant import Instant
from calls.migrations.append_only import guard

revision = "0005"
down_revision = "0004"

NULL: dict[str, Instant | sa.String | sa.JSON] = {
    "again": sa.JSON(),
    "under": sa.String(32),
    "besides": sa.JSON(),
    "chain": sa.JSON(),
    "ended_at": Instant(),
    "assigned_to": sa.String(32),
    "done_by": sa.String(32),
    "done_at": Instant(),
    "erased_at": Instant(),
    "listed_by": sa.String(32),
}
BOOLEANS = "opted_out", "to_erase", "needy"


def upgrade() -> None:
    """Make the columns and the table; calls that are over ended when they came to their state."""
    for name, kind in NULL.items():
        op.add_column("calls", sa.Column(name, kind))
    for name in BOOLEANS:
        no = sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())
        op.add_column("calls", no)
    op.add_column("calls", sa.Column("notes", sa.JSON, nullable=False, server_default="[]"))
    op.create_index("ix_calls_ended_at_erased_at", "calls", ["ended_at", "erased_at"])
    op.create_index("ix_calls_team_assigned_to", "calls", ["team", "assigned_to"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("call", sa.String(16)),
        sa.Column("number", sa.String(20)),
        sa.Column("place", sa.String(64)),
        sa.Column("told", sa.JSON),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_team_at", "audit", ["team", "at"])
    guard(op.get_bind().dialect.name, op.execute)
    op.execute(
        "UPDATE calls SET ended_at = "
        "(SELECT MAX(events.at) FROM events WHERE events.call = calls.reference) "
        "WHERE status NOT IN ('queued', 'dialling', 'calling')"
    )
    op.execute(
        "UPDATE calls SET needy = true "
        "WHERE status IN ('busy', 'no-answer', 'failed', 'ended', 'refused', 'unknown')"
    )


def downgrade() -> None:
    """Forget all of it."""
    op.drop_table("audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_append_only")
    op.drop_index("ix_calls_ended_at_erased_at", "calls")
    op.drop_index("ix_calls_team_assigned_to", "calls")
    for name in (*NULL, *BOOLEANS, "notes"):
        op.drop_column("calls", name)

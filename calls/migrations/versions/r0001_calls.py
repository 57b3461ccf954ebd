"""Calls, their time lines, their jobs, and what is known of people."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "calls",
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("thread", sa.String(32)),
        sa.Column("asked_by", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("gesture", sa.String(255), nullable=False),
        sa.Column("response_url", sa.Text),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("assistant_id", sa.String(36), nullable=False),
        sa.Column("phone_number_id", sa.String(36), nullable=False),
        sa.Column("variables", sa.JSON, nullable=False),
        sa.Column("confirmed", sa.String(16)),
        sa.Column("told_by", sa.String(32)),
        sa.Column("placed_at", instant, nullable=False),
        sa.Column("due_at", instant, nullable=False),
        sa.Column("token_hash", sa.String(64)),
        sa.Column("rung", sa.Integer, nullable=False),
        sa.Column("dialled_at", instant),
        sa.Column("outbound_call_id", sa.String(128)),
        sa.Column("contact_id", sa.String(128)),
        sa.Column("hinted_id", sa.String(128)),
        sa.Column("outcome", sa.JSON),
        sa.Column("reason", sa.JSON),
        sa.Column("by", sa.String(32)),
        sa.Column("looked_at", instant),
        sa.Column("announced", sa.String(16)),
        sa.PrimaryKeyConstraint("reference", name="pk_calls"),
        sa.UniqueConstraint("gesture", name="uq_calls_gesture"),
        sa.UniqueConstraint("token_hash", name="uq_calls_token_hash"),
    )
    op.create_index("ix_calls_team_number_status", "calls", ["team", "number", "status"])
    op.create_index("ix_calls_team_asked_by_placed_at", "calls", ["team", "asked_by", "placed_at"])
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("call", sa.String(16), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("by", sa.String(32)),
        sa.Column("reason", sa.JSON),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.ForeignKeyConstraint(
            ["call"], ["calls.reference"], name="fk_events_call", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_events_call", "events", ["call"])
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("call", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("wanted_at", instant, nullable=False),
        sa.Column("due", instant, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("lease", sa.String(32)),
        sa.Column("leased_until", instant),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("call", "kind", name="uq_jobs_call_kind"),
        sa.ForeignKeyConstraint(
            ["call"], ["calls.reference"], name="fk_jobs_call", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_jobs_due", "jobs", ["due"])
    op.create_table(
        "people",
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("seen_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("team", "person", name="pk_people"),
    )


def downgrade() -> None:
    """Drop the tables, and what they hold."""
    for table in ("people", "jobs", "events", "calls"):
        op.drop_table(table)

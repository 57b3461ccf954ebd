"""Whose database this is, and what the last look at a call told; confirmations are not kept."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table with its one row, and change the column."""
    installation = op.create_table(
        "installation",
        sa.Column("id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
    )
    op.bulk_insert(installation, [{"id": uuid.uuid4().hex}])
    op.add_column("calls", sa.Column("looked", sa.JSON))
    op.drop_column("calls", "confirmed")


def downgrade() -> None:
    """Forget whose database this is, and what the last looks told."""
    op.add_column("calls", sa.Column("confirmed", sa.String(16)))
    op.drop_column("calls", "looked")
    op.drop_table("installation")

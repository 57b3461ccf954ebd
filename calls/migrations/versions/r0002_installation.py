"""Whose database this is, so that an address can be seen to lead to its own installation."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table, and its one row."""
    installation = op.create_table(
        "installation",
        sa.Column("id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
    )
    op.bulk_insert(installation, [{"id": uuid.uuid4().hex}])


def downgrade() -> None:
    """Forget whose database this is."""
    op.drop_table("installation")

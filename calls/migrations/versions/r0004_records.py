"""Calls keep what AlloMia's call log tells of them, and where their outcome was told."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

CALLS = "replied", "quoted", "record"


def upgrade() -> None:
    """Make the columns."""
    for name in CALLS:
        op.add_column("calls", sa.Column(name, sa.JSON))


def downgrade() -> None:
    """Forget what the call log told."""
    for name in CALLS:
        op.drop_column("calls", name)

"""A timer knows the trace that set it."""

from alembic import op

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    op.execute("ALTER TABLE timer ADD COLUMN IF NOT EXISTS trace text")

"""Portings of several parts, each with a day of its own, and who had the numbers before (ACT-2, PORT-8, SITE-5)."""

from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE porting ADD COLUMN IF NOT EXISTS donor text")
    op.execute("ALTER TABLE porting ADD COLUMN IF NOT EXISTS ended boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE porting ADD COLUMN IF NOT EXISTS parts jsonb")

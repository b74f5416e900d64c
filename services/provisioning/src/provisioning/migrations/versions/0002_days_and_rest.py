"""Work that waits for its day, what has been terminated, and blocks that rest (ORD-2, SITE-5)."""

from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE trunk ADD COLUMN IF NOT EXISTS terminated_at timestamptz")
    op.execute("ALTER TABLE usage_site ADD COLUMN IF NOT EXISTS terminated_at timestamptz")
    op.execute("ALTER TABLE work_order ADD COLUMN IF NOT EXISTS due_on date")
    op.execute("ALTER TABLE held_block ADD COLUMN IF NOT EXISTS rests_until timestamptz")
    op.execute("CREATE INDEX IF NOT EXISTS work_order_dated ON work_order (order_id) WHERE due_on IS NOT NULL")
    op.execute(
        "CREATE INDEX IF NOT EXISTS held_block_resting ON held_block (area_code, rests_until) "
        "WHERE rests_until IS NOT NULL"
    )

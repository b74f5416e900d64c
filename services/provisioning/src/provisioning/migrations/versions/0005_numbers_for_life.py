"""Where each number has been, departures, reservations, and the nightly check (SITE-3, SITE-5, PORT-9)."""

from alembic import op

from chassis.clock import BUSINESS_NOW_SQL
from provisioning.adapters.tables import departure, number_check, number_history, number_reservation

revision, down_revision = "0005", "0004"


def upgrade() -> None:
    op.execute("ALTER TABLE held_block ADD COLUMN IF NOT EXISTS reserved_until timestamptz")
    op.execute("ALTER TABLE held_block ADD COLUMN IF NOT EXISTS departure_id uuid")
    op.execute("ALTER TABLE held_block ADD COLUMN IF NOT EXISTS carrier text")
    op.execute("ALTER TABLE held_block ADD COLUMN IF NOT EXISTS since timestamptz NOT NULL DEFAULT now()")
    op.execute(f"ALTER TABLE held_block ALTER COLUMN since SET DEFAULT {BUSINESS_NOW_SQL}")
    op.execute(
        "CREATE INDEX IF NOT EXISTS held_block_put_by ON held_block (area_code) "
        "WHERE departure_id IS NOT NULL OR reserved_until IS NOT NULL"
    )
    for table in (number_history, departure, number_reservation, number_check):
        table.create(op.get_bind(), checkfirst=True)
    op.execute(
        "INSERT INTO timer (name, subject, due_at, correlation_id) "
        "VALUES ('number-check', 'pool', now(), 'number-check') ON CONFLICT DO NOTHING"
    )

"""What belongs to an agreement but to no order of it is found quickly (PORT-9)."""

from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    op.execute(
        "CREATE INDEX IF NOT EXISTS feed_agreement ON feed (agreement_id, at) "
        "WHERE order_id IS NULL AND quote_id IS NULL"
    )

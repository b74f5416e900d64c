"""What runs and what waits for the customer is counted all the time, and is little beside what has ended."""

from alembic import op
from sqlalchemy import text

revision = "0004"
down_revision = "0003"

RUNNING = text("status IN ('received', 'in_progress', 'awaiting')")
QUOTED = text("state = 'quoted'")


def upgrade() -> None:
    op.create_index("placed_order_running", "placed_order", ["status"], if_not_exists=True, postgresql_where=RUNNING)
    op.create_index("cart_quoted", "cart", ["changed_at"], if_not_exists=True, postgresql_where=QUOTED)

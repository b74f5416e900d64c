"""Numbers that a customer chose are ordered once."""

from alembic import op

from cart.adapters.tables import used_reservation

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    used_reservation.create(op.get_bind(), checkfirst=True)

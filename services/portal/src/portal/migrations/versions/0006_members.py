"""Who of a customer or a partner has logged in."""

from alembic import op

from portal.adapters.tables import MEMBER

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    MEMBER.create(op.get_bind(), checkfirst=True)

"""Filters of lists that people keep."""

from alembic import op

from portal.adapters.tables import SAVED_VIEW

revision, down_revision = "0007", "0006"


def upgrade() -> None:
    SAVED_VIEW.create(op.get_bind(), checkfirst=True)

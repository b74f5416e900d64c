"""The chassis' tables, notices, and the people of orders."""

from alembic import op

from notification.adapters.store import metadata

revision, down_revision = "0001", None


def upgrade() -> None:
    metadata.create_all(op.get_bind())

"""The chassis' tables, notices, and the stories they belong to."""

from alembic import op

from notification.adapters.tables import metadata

revision, down_revision = "0001", None


def upgrade() -> None:
    metadata.create_all(op.get_bind())

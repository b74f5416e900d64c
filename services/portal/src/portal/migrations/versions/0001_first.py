"""The first tables."""

from alembic import op

from portal.adapters.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())

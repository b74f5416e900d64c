"""Everything the first release keeps."""

from alembic import op

from provisioning.adapters.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())

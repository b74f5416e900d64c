"""What became of the CRM's messages (CRM-2)."""

from alembic import op

from portal.adapters.tables import CRM_MESSAGE

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    CRM_MESSAGE.create(op.get_bind(), checkfirst=True)

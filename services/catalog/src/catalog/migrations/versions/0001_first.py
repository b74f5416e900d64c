"""The chassis' tables and the published versions.

Revision ID: 0001
"""

from alembic import op

from catalog.adapters.store import metadata

revision, down_revision = "0001", None


def upgrade() -> None:
    metadata.create_all(op.get_bind())

"""Which catalog each party sees (TEN-4).

Revision ID: 0002
"""

from alembic import op

from catalog.adapters.store import audience_table

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    audience_table.create(op.get_bind(), checkfirst=True)

"""What other carriers ask for, and whose numbers hang where (PORT-9)."""

from alembic import op

from porting.adapters import tables

revision, down_revision = "0003", "0002"
NEW = (
    tables.departure,
    tables.departing_number,
    tables.held_number,
    tables.known_site,
    tables.known_customer,
    tables.known_agreement,
)


def upgrade() -> None:
    tables.metadata.create_all(op.get_bind(), tables=NEW, checkfirst=True)

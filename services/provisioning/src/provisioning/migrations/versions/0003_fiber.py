"""Pre-registrations for fiber (FIBER-1)."""

from alembic import op

from provisioning.adapters.tables import fiber_registration, fiber_try

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    for table in (fiber_registration, fiber_try):
        table.create(op.get_bind(), checkfirst=True)

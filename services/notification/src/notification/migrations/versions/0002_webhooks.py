"""Webhooks of subscribers, the events they wanted, and each delivery (NOTE-2)."""

from alembic import op

from notification.adapters.tables import metadata

revision, down_revision = "0002", "0001"
TABLES = ("webhook", "webhook_event", "webhook_delivery")


def upgrade() -> None:
    metadata.create_all(op.get_bind(), tables=[metadata.tables[name] for name in TABLES])

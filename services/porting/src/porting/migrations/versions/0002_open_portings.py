"""What is under way is little and looked at often; what is over is much."""

from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    op.execute(
        "CREATE INDEX IF NOT EXISTS porting_open ON porting (state) "
        "WHERE state NOT IN ('completed', 'rejected', 'cancelled')"
    )

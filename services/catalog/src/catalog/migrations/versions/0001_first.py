"""What the first release keeps."""

from alembic import op
from sqlalchemy import (
    Column,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
)

from chassis.first_tables import create_first_tables

revision, down_revision = "0001", None


def upgrade() -> None:
    create_first_tables()
    op.create_table(
        "catalog_version",
        Column("version", Text(), nullable=False),
        Column("published", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("version"),
    )

"""Tasks about messages that fit no pre-agreement are kept, so that they can be settled."""

from alembic import op

from porting.adapters.tables import stray

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    stray.create(op.get_bind(), checkfirst=True)

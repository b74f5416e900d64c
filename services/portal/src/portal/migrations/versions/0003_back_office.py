"""What order management adds to tasks, its audit, and the words by which tasks are found.

Words of what was heard before are missing; they come back with the task list, should that be rebuilt.
"""

from alembic import op

from portal.adapters.tables import (
    AUDIT,
    COLLEAGUE,
    KNOWN_NAME,
    KNOWN_NUMBER,
    PROPOSAL,
    TASK_HANDLING,
    TASK_NOTE,
)

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    for table in (TASK_HANDLING, TASK_NOTE, PROPOSAL, AUDIT, COLLEAGUE, KNOWN_NAME, KNOWN_NUMBER):
        table.create(op.get_bind(), checkfirst=True)
    op.create_index("task_settled", "task", ["settled_at"], if_not_exists=True)

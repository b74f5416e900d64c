"""A quote is found by its number."""

from alembic import op

revision, down_revision = "0007", "0006"

FILL = """
UPDATE cart SET quote_number = body::jsonb -> 'quote' ->> 'number' WHERE quote_id IS NOT NULL AND quote_number IS NULL
"""


def upgrade() -> None:
    op.execute("ALTER TABLE cart ADD COLUMN IF NOT EXISTS quote_number text")
    op.execute(FILL)

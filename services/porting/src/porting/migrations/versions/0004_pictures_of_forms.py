"""Signed forms may be pictures, and have pictures of their pages."""

from alembic import op

from porting.adapters.tables import signed_form_page

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE signed_form ADD COLUMN IF NOT EXISTS media_type text NOT NULL DEFAULT 'application/pdf'")
    op.execute("ALTER TABLE signed_form ADD COLUMN IF NOT EXISTS sha256 text")
    op.execute("UPDATE signed_form SET sha256 = encode(sha256(pdf), 'hex') WHERE sha256 IS NULL")
    signed_form_page.create(op.get_bind(), checkfirst=True)

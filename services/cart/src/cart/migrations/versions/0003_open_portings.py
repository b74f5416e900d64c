"""The numbers that running orders port in, to be asked for when the next one wants them."""

from alembic import op

from cart.adapters.tables import open_porting

revision = "0003"
down_revision = "0002"

FILL = """
INSERT INTO open_porting (porting_id, prefix, area_code, order_id)
SELECT cast(l.line->'porting'->>'porting_id' AS uuid), concat(n.block->>'area_code', n.block->>'stem'),
    n.block->>'area_code', o.order_id
FROM placed_order o
CROSS JOIN jsonb_array_elements(cast(o.body AS jsonb)->'lines') AS l (line)
CROSS JOIN jsonb_array_elements(l.line->'porting'->'numbers') AS n (block)
WHERE o.status IN ('received', 'in_progress', 'awaiting') AND l.line->>'state' IN ('ordered', 'in_progress', 'awaiting')
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    open_porting.create(op.get_bind(), checkfirst=True)
    op.execute(FILL)

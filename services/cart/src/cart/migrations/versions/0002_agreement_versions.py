"""What an agreement held from which day on; those that exist begin with what they hold now."""

from alembic import op

from cart.adapters.tables import agreement_version, usage_site

revision = "0002"
down_revision = "0001"

FILL = """
INSERT INTO agreement_version (agreement_id, body)
SELECT a.agreement_id, cast(jsonb_build_object(
    'agreement_id', a.agreement_id, 'version', a.version,
    'valid_from', coalesce(a.body::jsonb->>'starts_on', left(a.body::jsonb->>'changed_at', 10)),
    'lines', a.body::jsonb->'lines', 'term_months', a.body::jsonb->'term_months', 'ends_on', a.body::jsonb->'ends_on',
    'recorded_at', a.body::jsonb->'changed_at',
    'cause', jsonb_build_object('order_id', a.order_id, 'order_number', o.number,
        'business_case', o.body::jsonb->'business_case', 'by', o.body::jsonb->'creator'->'name',
        'approver', o.body::jsonb->'approver'->'name')) AS text)
FROM agreement a JOIN placed_order o USING (order_id)
WHERE NOT EXISTS (SELECT 1 FROM agreement_version v WHERE v.agreement_id = a.agreement_id)
"""


def upgrade() -> None:
    agreement_version.create(op.get_bind(), checkfirst=True)
    for index in usage_site.indexes:
        index.create(op.get_bind(), checkfirst=True)
    op.execute(FILL)

"""Whom agreements concern, from the orders that are known (PORT-9)."""

from alembic import op

revision, down_revision = "0003", "0002"
AGREEMENTS = """
INSERT INTO story (about, sort, customer_id, number, people, body)
SELECT DISTINCT ON (line->>'agreement_id') (line->>'agreement_id')::uuid, 'agreement', customer_id,
    line->>'agreement_number',
    (SELECT jsonb_agg(one) FROM jsonb_array_elements(people) one WHERE one->>'role' IN ('customer', 'creator')),
    '{}'
FROM story, jsonb_array_elements(body->'lines') line
WHERE sort = 'order' AND line->>'agreement_id' IS NOT NULL
ORDER BY line->>'agreement_id', body->>'placed_at' DESC
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    op.execute(AGREEMENTS)

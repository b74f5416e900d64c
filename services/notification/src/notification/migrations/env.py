"""How Alembic reaches this service's database: the chassis knows."""

from chassis.migrations import run_migrations

run_migrations()

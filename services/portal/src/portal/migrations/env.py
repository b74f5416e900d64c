"""Alembic's way in; the chassis does the rest."""

from chassis.migrations import run_migrations

run_migrations()

"""`python -m devstack.migrating SERVICE...`: migrate their databases in one process, which pays for one import only."""

import sys
from importlib import import_module

from chassis.migrations import migrate
from devstack.layout import Layout


def main(services: list[str]) -> None:
    layout = Layout()
    for name in services:
        service = import_module(f"{name}.main").service
        migrate(layout.database_of(name), service.migrations, service.metadata, name=name)


if __name__ == "__main__":
    main(sys.argv[1:])

"""`python -m tests.faults.doomed SERVICE POINT AFTER`: a real service that is killed between two given steps."""

import sys
from importlib import import_module

from tests.chassis.crashing import crash_at

if __name__ == "__main__":
    name, point, after = sys.argv[1:]
    crash_at(point, int(after))
    import_module(f"{name}.main").service.run(["all"])

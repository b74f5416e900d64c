"""`python -m catalog check FOLDER`, and the commands of every service."""

import sys
from pathlib import Path

from catalog.domain.refusals import CatalogFaulty
from catalog.main import check, service

match sys.argv[1:]:
    case ["check", folder]:
        try:
            found = check(Path(folder))
        except CatalogFaulty as refused:
            found = [str(fault) for fault in refused.faults]
        print("\n".join(found) or "no faults")
        sys.exit(bool(found))
    case _:
        service.run()

"""`python -m notification all | web | worker | relay | migrate | parked | redrive | gallery FOLDER`."""

import sys
from pathlib import Path

from notification.adapters.gallery import hang
from notification.main import service
from notification.settings import Settings

match sys.argv[1:]:
    case ["gallery", folder]:
        hang(Path(folder), Settings(database_url="postgresql://", kafka_url="127.0.0.1:1"))
    case _:
        service.run()

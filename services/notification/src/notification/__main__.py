"""`python -m notification all | web | worker | relay | migrate | parked | redrive | gallery FOLDER`."""

import sys
from pathlib import Path

from notification.adapters.gallery import hang
from notification.main import service
from notification.settings import Settings

match sys.argv[1:]:
    case ["gallery", folder]:
        hang(Path(folder), Settings(database_url="", kafka_url=""))
    case _:
        service.run()

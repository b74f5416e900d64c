"""`python -m notification gallery FOLDER`, and the commands of every service."""

import sys
from pathlib import Path

from cryptography.fernet import Fernet

from notification.adapters.gallery import hang
from notification.main import service
from notification.settings import Settings

match sys.argv[1:]:
    case ["gallery", folder]:
        key = Fernet.generate_key().decode()
        hang(Path(folder), Settings(database_url="postgresql://", kafka_url="127.0.0.1:1", token_key=key))
    case _:
        service.run()

"""Ends with 0 where the service of this container is ready."""

import os
import sys
from urllib.request import urlopen

try:
    with urlopen(f"http://127.0.0.1:{os.environ['HTTP_PORT']}/health/ready", timeout=5) as answer:
        sys.exit(answer.status != 200)
except OSError:
    sys.exit(1)

"""`python -m portal COMMAND`, as every service."""

from portal.main import service

if __name__ == "__main__":
    service.run()

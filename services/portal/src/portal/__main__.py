"""`python -m portal all | web | worker | relay | migrate | redrive | parked`."""

from portal.main import service

if __name__ == "__main__":
    service.run()

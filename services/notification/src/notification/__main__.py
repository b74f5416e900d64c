"""`python -m notification all | web | worker | relay | migrate | parked | redrive`."""

from notification.main import service

service.run()

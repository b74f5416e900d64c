"""What the catalog service can be told by its environment."""

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    http_port: int = 8001

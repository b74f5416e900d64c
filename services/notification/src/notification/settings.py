"""What the notification service can be told by its environment."""

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    http_port: int = 8005
    public_url: str = "http://127.0.0.1:8000"
    """Where links in mails lead: the portal."""
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 8026
    sender: str = "Trunkline <bestellung@carrier.example>"
    token_key: str = "ZGV2ZWxvcG1lbnQtb25seS1rZXktb2YtMzItYnl0ZXM="  # noqa: S105 - for development
    """Fernet key under which link tokens are kept until their mail is sent; clusters set their own."""

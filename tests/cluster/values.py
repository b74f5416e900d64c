"""What the release is told: everything that it doesn't bring is on this machine, under the address of the layout."""

from pathlib import Path
from typing import Any

import devstack
from devstack.layout import SECRETS, SERVICES, Layout

POOL = Path(devstack.__file__).parent / "data" / "number-pool.csv"
PARTS = {"web": 2, "worker": 1, "relay": 1}
SMALL = {"requests": {"cpu": "40m", "memory": "96Mi"}, "limits": {"memory": "384Mi"}}


def values(layout: Layout, image: str) -> dict[str, Any]:
    repository, _, tag = image.rpartition(":")
    here = [{"ipBlock": {"cidr": f"{layout.host}/32"}}]
    return {
        "image": {"repository": repository, "tag": tag},
        "publicUrl": layout.url("portal"),
        "login": {"issuer": layout.url("login"), "jwksUrl": f"{layout.url('login')}/jwks", "clientId": "portal"},
        "settings": {"pool_size": 3},
        "parts": {part: {"replicas": count, "resources": SMALL} for part, count in PARTS.items()},
        "services": {
            "provisioning": {
                "files": {POOL.name: POOL.read_text(encoding="utf-8")},
                "settings": {"pool_file": f"/etc/trunkline/files/{POOL.name}"},
            },
            "notification": {
                "settings": {
                    "smtp_host": layout.host,
                    "smtp_port": layout.port("smtp"),
                    "smtp_tls": "none",
                    "webhook_local": True,
                },
            },
        },
        "serviceMonitors": {"enabled": True},
        "alerts": {"enabled": True},
        "dashboards": {"enabled": True},
        "mailLogin": False,
        "crmWebhook": True,
        "kafka": {"url": layout.kafka_url, "replicas": 1},
        "networkPolicy": {
            "visitors": here,
            "monitoring": here,
            "kafka": {"to": here, "ports": [layout.port("kafka")]},
            "postgresql": {"to": here, "ports": [layout.port("postgres")]},
            "login": {"to": here, "ports": [layout.port("login")]},
            "mail": {"to": here, "ports": [layout.port("smtp")]},
            "webhooks": {"to": here, "ports": [layout.port("crm")]},
        },
    }


def secrets(layout: Layout) -> dict[str, dict[str, str]]:
    """By name: what `deploy/chart/README.md` asks for before an install."""
    found = {
        f"trunkline-{service}": {"database_url": layout.database_of(service).replace("127.0.0.1", layout.host)}
        for service in SERVICES
    }
    for name, value in SECRETS.items():
        found["trunkline-notification" if name == "TOKEN_KEY" else "trunkline-portal"][name.lower()] = value
    keys = (f"{name}.{kind}" for name in ("machines", "links") for kind in ("jwk", "jwks"))
    found["trunkline-keys"] = {name: (layout.keys / name).read_text(encoding="utf-8") for name in keys}
    return found

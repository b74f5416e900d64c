"""What the chart knows of the code: `python -m tests.deploy.generated deploy/chart` writes it there.

`files/topics.yaml` has the topics and who may what; `values.schema.json` gets each service's settings of their classes.
`files/rules` and `files/dashboards` are Prometheus' rules and Grafana's dashboards as the project has them.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

from cart.settings import Settings as CartSettings
from catalog.settings import Settings as CatalogSettings
from chassis.settings import ServiceSettings
from contracts.envelope import Topic
from contracts.readers import LISTENS, PUBLISHES, dead_letter_topics
from contracts.registry import all_topics
from notification.settings import Settings as NotificationSettings
from portal.settings import Settings as PortalSettings
from porting.settings import Settings as PortingSettings
from provisioning.settings import Settings as ProvisioningSettings
from tests.pages.settings import meanings

CHART = Path(__file__).parents[2] / "deploy" / "chart"
WATCHED = {"rules": CHART.parent / "prometheus" / "rules", "dashboards": CHART.parent / "grafana" / "dashboards"}
"""Copied as they are: a chart reads no file outside its folder."""
SETTINGS: dict[str, type[ServiceSettings]] = {
    "catalog": CatalogSettings,
    "cart": CartSettings,
    "provisioning": ProvisioningSettings,
    "porting": PortingSettings,
    "notification": NotificationSettings,
    "portal": PortalSettings,
}
SECRET = {
    "database_url",
    "kafka_user",
    "kafka_password",
    "login_client_secret",
    "session_secret",
    "crm_webhook_secrets",
    "token_key",
    "smtp_user",
    "smtp_password",
}
"""Never a value of the chart: a key of the service's secret."""


def topics() -> str:
    known = {
        "topics": {topic.name: says(topic) for topic in (*all_topics(), *dead_letter_topics())},
        "services": {service: may(service) for service in PUBLISHES},
    }
    head = "# Written by `make chart` from the declarations in contracts; a test says when it is old.\n"
    return head + yaml.safe_dump(known, sort_keys=True, width=120)


def says(topic: Topic) -> dict[str, Any]:
    """As `chassis.topics` makes it."""
    retention = str(int(topic.retention.total_seconds() * 1000))
    config = {"cleanup.policy": "compact"} if topic.compacted else {"retention.ms": retention}
    return {"partitions": topic.partitions, "config": config, "secret": topic.secret}


def may(service: str) -> dict[str, Any]:
    """What it writes and reads, and the topic of each of its groups."""
    read = LISTENS[service]
    return {
        "writes": sorted([topic.name for topic in PUBLISHES[service]] + [one.dead_letters_of(service) for one in read]),
        "reads": sorted(topic.name for topic in read),
        "groups": {topic.group_of(service): topic.name for topic in read},
    }


def schema(written: dict[str, Any]) -> str:
    """The chart's schema with the settings as they are; the rest is written by hand."""
    services = written["properties"]["services"]["properties"]
    for service, settings in SETTINGS.items():
        services[service]["properties"]["settings"]["properties"] = properties(settings)
    shared = written["properties"]["settings"]
    shared["properties"] = properties(ServiceSettings)
    known = {name.upper() for settings in SETTINGS.values() for name in settings.model_fields}
    written["properties"]["env"]["propertyNames"]["not"]["enum"] = sorted(known | SET_FOR_LIBRARIES)
    return json.dumps(written, indent=1, ensure_ascii=False) + "\n"


def properties(settings: type[ServiceSettings]) -> dict[str, Any]:
    meaning, shapes = meanings(settings), settings.model_json_schema()["properties"]
    return {
        name: {"description": told(name, field.default, meaning[name]), **checked(shapes[name])}
        for name, field in sorted(settings.model_fields.items())
        if name not in SECRET | CHARTS_OWN
    }


def checked(shape: dict[str, Any]) -> dict[str, Any]:
    """What the service itself would refuse: its type, choices and bounds. What may be left out is left out by Helm."""
    (kind,) = (one for one in shape.get("anyOf", [shape]) if one.get("type") != "null")
    return {word: said for word, said in kind.items() if word not in ("title", "default", "format")}


SET_FOR_LIBRARIES = {"PGSSLMODE", "PGSSLROOTCERT", "FORWARDED_ALLOW_IPS"}
"""What the chart tells asyncpg and uvicorn, which read it by themselves."""
CHARTS_OWN = {
    "kafka_url",
    "kafka_security",
    "kafka_mechanism",
    "kafka_ca_file",
    "kafka_certificate_file",
    "kafka_key_file",
    "http_host",
    "http_port",
    "health_port",
    "drain_seconds",
    "trusted_issuers",
    "machine_key_file",
    "link_key_file",
    "public_url",
    "login_issuer",
    "login_client_id",
    "instance",
    *(f"{service}_url" for service in PUBLISHES),
}
"""What the chart sets by itself."""


def told(name: str, default: Any, meaning: str) -> str:
    plain = sorted(default) if isinstance(default, frozenset) else default
    shown = "nothing" if plain is None or plain == "" else json.dumps(plain, ensure_ascii=False, default=str)
    return " ".join([meaning, f"Setting {name.upper()} of the service; {shown} if left out."])


def contents(folder: Path) -> dict[str, str]:
    """Each file's text by its name."""
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} if folder.exists() else {}


def main(folder: Path) -> None:
    (folder / "files").mkdir(exist_ok=True)
    for name, source in WATCHED.items():
        shutil.rmtree(folder / "files" / name, ignore_errors=True)
        shutil.copytree(source, folder / "files" / name)
    (folder / "files" / "topics.yaml").write_text(topics(), encoding="utf-8")
    place = folder / "values.schema.json"
    place.write_text(schema(json.loads(place.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

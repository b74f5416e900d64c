"""Prometheus and Grafana beside the services of one host."""

import re
from pathlib import Path
from typing import Any

import yaml

from devstack.layout import SERVICES

DEPLOY = Path("deploy")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def mounts(service: str) -> dict[str, str]:
    """What of ours is mounted, by where it is there."""
    ways = [one.removesuffix(":ro").split(":") for one in COMPOSE["services"][service]["volumes"]]
    return {there: here for here, there in ways if here.startswith("./")}


def read(path: str) -> Any:
    return yaml.safe_load((DEPLOY / path).read_text(encoding="utf-8"))


def test_a_service_has_nothing_to_write_on_but_what_goes_with_it() -> None:
    for name in SERVICES:
        assert COMPOSE["services"][name]["read_only"] is True
        assert COMPOSE["services"][name]["tmpfs"] == ["/tmp"]


def test_the_image_is_asked_for_its_health_where_each_part_answers() -> None:
    (line,) = re.findall(r"^ENV (.+)$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    told = dict(word.split("=", 1) for word in line.split())
    assert told["HTTP_PORT"] == told["HEALTH_PORT"], "web and all answer at the one, worker and relay at the other"


def test_the_portal_is_told_whom_to_believe_on_who_visits() -> None:
    told = COMPOSE["services"]["portal"]["environment"]["FORWARDED_ALLOW_IPS"]
    assert told == "${TRUSTED_PROXIES:-127.0.0.1}"
    assert "TRUSTED_PROXIES=" in (DEPLOY / ".env.example").read_text(encoding="utf-8")


def test_who_watches_comes_only_where_it_is_wanted() -> None:
    watching = {name for name, one in COMPOSE["services"].items() if one.get("profiles") == ["watch"]}
    assert watching == {"prometheus", "grafana"}
    assert not any("profiles" in one for name, one in COMPOSE["services"].items() if name not in watching)


def test_prometheus_finds_our_rules_and_every_service() -> None:
    found = mounts("prometheus")
    assert found["/etc/prometheus/rules"] == "./prometheus/rules"
    config = read(found["/etc/prometheus/prometheus.yaml"])
    assert config["rule_files"] == ["rules/*.yaml"]
    (job,) = config["scrape_configs"]
    assert job["job_name"] == "trunkline"
    assert {one["labels"]["app"]: one["targets"] for one in job["static_configs"]} == {
        name: [f"{name}:8000"] for name in SERVICES
    }
    assert {*SERVICES} <= {*COMPOSE["services"]}


def test_grafana_finds_prometheus_and_our_dashboards() -> None:
    found = mounts("grafana")
    provisioning = found["/etc/grafana/provisioning"]
    (provider,) = read(f"{provisioning}/dashboards/trunkline.yaml")["providers"]
    assert list((DEPLOY / found[provider["options"]["path"]]).glob("*.json"))
    (source,) = read(f"{provisioning}/datasources/prometheus.yaml")["datasources"]
    assert source["url"].removeprefix("$") in COMPOSE["services"]["grafana"]["environment"]

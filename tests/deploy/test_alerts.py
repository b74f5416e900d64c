"""Alerts name declared metrics, have their runbooks, and fire when they should and else not."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.deploy.queries import RULES, declared, named, rules

PROMTOOL = shutil.which("promtool")
AMTOOL = shutil.which("amtool")
ALERTMANAGER = Path("deploy/prometheus/alertmanager.yaml")
TESTS = Path("deploy/prometheus/tests")
RUNBOOKS = Path("docs/runbooks")
HEADINGS = ["What it means", "First look", "Mending", "Commands"]
ALERTS = {rule["alert"]: rule for rule in rules() if "alert" in rule}
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="no promtool found: rules were not tried out")


def test_every_rule_is_promql_and_names_only_metrics_that_are_declared() -> None:
    known = declared()
    for rule in rules():
        unknown = named(rule["expr"]) - known
        assert not unknown, f"{rule.get('alert', rule.get('record'))}: {unknown}"


def test_every_alert_has_a_severity_words_and_a_runbook_with_all_its_parts() -> None:
    for name, rule in ALERTS.items():
        assert rule["labels"]["severity"] in ("page", "ticket"), name
        assert rule["annotations"]["summary"], name
        assert rule["annotations"]["description"], name
        told = Path(rule["annotations"]["runbook"]).read_text(encoding="utf-8")
        assert re.findall(r"^## (.+)$", told, re.MULTILINE) == HEADINGS, name
        assert f"`{name}`" in told, f"{name} is not named in its runbook"


def test_no_runbook_is_without_an_alert() -> None:
    wanted = {Path(rule["annotations"]["runbook"]) for rule in ALERTS.values()}
    assert {*RUNBOOKS.glob("*.md")} - {RUNBOOKS / "README.md"} == wanted


def test_every_alert_is_tried_firing_and_quiet() -> None:
    fires, quiet = set(), set()
    for path in TESTS.glob("*.yaml"):
        for test in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]:
            for one in test["alert_rule_test"]:
                (fires if one.get("exp_alerts") else quiet).add(one["alertname"])
    assert fires == quiet == {*ALERTS}


@needs_promtool
def test_prometheus_takes_the_rules_and_the_configuration() -> None:
    _run("check", "rules", *map(str, sorted(RULES.glob("*.yaml"))))
    _run("check", "config", "deploy/prometheus/prometheus.yaml")


@needs_promtool
@pytest.mark.parametrize("path", sorted(TESTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_alerts_fire_when_they_should_and_are_quiet_else(path: Path) -> None:
    _run("test", "rules", str(path))


def _run(*arguments: str) -> None:
    assert PROMTOOL is not None
    done = subprocess.run([PROMTOOL, *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_whoever_is_told_of_alerts_is_told_of_all_and_by_name_only_of_those_there_are() -> None:
    told = yaml.safe_load(ALERTMANAGER.read_text(encoding="utf-8"))
    receivers = {one["name"] for one in told["receivers"]}
    routes = [told["route"], *told["route"]["routes"]]
    assert {one["receiver"] for one in routes} == receivers
    assert [one["matchers"] for one in routes[1:]] == [["severity = page"]], "tickets are what is left"
    held_back = [one[side] for one in told["inhibit_rules"] for side in ("source_matchers", "target_matchers")]
    named_there = set(
        re.findall(r"\b[A-Z][A-Za-z]+\b", " ".join(matcher for matchers in held_back for matcher in matchers))
    )
    assert named_there <= {*ALERTS}


@pytest.mark.skipif(AMTOOL is None, reason="no amtool found: routes were not tried out")
@pytest.mark.parametrize("name", ALERTS)
def test_a_page_calls_somebody_and_a_ticket_is_written(name: str) -> None:
    assert AMTOOL is not None
    severity = ALERTS[name]["labels"]["severity"]
    route = ["config", "routes", "test", f"--config.file={ALERTMANAGER}", f"alertname={name}", f"severity={severity}"]
    done = subprocess.run([AMTOOL, *route], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.split() == [{"page": "on-call", "ticket": "tickets"}[severity]], done.stderr

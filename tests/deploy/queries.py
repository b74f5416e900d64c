"""Every query of dashboards and rules, and the metrics there are to ask for."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import yaml
from prometheus_client import REGISTRY

from deploy.grafana.boards import BOARDS
from deploy.grafana.panels import Panel
from devstack.layout import SERVICES

RULES = Path("deploy/prometheus/rules")
PARTS = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
OF_PROMETHEUS = {"up"}
CHOSEN = {"$app": ".*", "$__rate_interval": "1m"}
"""What Grafana fills in."""


def filled(expression: str) -> str:
    """As Grafana sends it, all services chosen."""
    for name, value in CHOSEN.items():
        expression = expression.replace(name, value)
    return expression


def panels() -> list[tuple[str, Panel]]:
    """With the dashboard's title."""
    return [(board.title, panel) for board in BOARDS for panel in board.panels]


def rules() -> list[dict[str, Any]]:
    files = sorted(RULES.glob("*.yaml"))
    return [rule for path in files for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]]


def declared() -> set[str]:
    """The series' names that the services can show, and those that our rules record."""
    for name in SERVICES:
        importlib.import_module(f"{name}.main")
    ours = {one.name + part for one in REGISTRY.collect() for part in PARTS.get(one.type, ())}
    return ours | {rule["record"] for rule in rules() if "record" in rule} | OF_PROMETHEUS


def named(expression: str) -> set[str]:
    """The metrics that a query asks for. Raises ValueError if it is no PromQL."""
    return {one.name for one in _selectors(promql_parser.parse(expression)) if one.name is not None}


def _selectors(node: Any) -> Iterator[promql_parser.VectorSelector]:
    match node:
        case promql_parser.VectorSelector():
            yield node
        case promql_parser.MatrixSelector():
            yield node.vector_selector
        case promql_parser.BinaryExpr():
            yield from _selectors(node.lhs)
            yield from _selectors(node.rhs)
        case promql_parser.Call():
            for argument in node.args:
                yield from _selectors(argument)
        case promql_parser.AggregateExpr() | promql_parser.ParenExpr() | promql_parser.UnaryExpr():
            yield from _selectors(node.expr)
        case promql_parser.SubqueryExpr():
            yield from _selectors(node.expr)
        case promql_parser.NumberLiteral() | promql_parser.StringLiteral():
            return
        case _:
            raise TypeError(f"no word for {type(node).__name__}")

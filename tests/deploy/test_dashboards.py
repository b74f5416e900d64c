"""Dashboards as checked in are those of the code, and ask only for what the services show."""

import json
from pathlib import Path

import pytest

from deploy.grafana.__main__ import made
from deploy.grafana.boards import BOARDS
from tests.deploy.queries import declared, filled, named, panels


def test_the_dashboards_checked_in_are_those_of_the_code() -> None:
    drawn = {path: path.read_text(encoding="utf-8") for path in made()}
    assert drawn == made(), "run `make dashboards`"
    assert {*Path("deploy/grafana/dashboards").glob("*.json")} <= {*made()}


def test_every_query_is_promql_and_names_only_metrics_that_are_declared() -> None:
    known = declared()
    for board, panel in panels():
        for query in panel.queries:
            unknown = named(filled(query.expression)) - known
            assert not unknown, f"{board}, {panel.title}: {unknown}"


def test_where_there_is_something_to_draw_no_line_of_noughts_without_a_name_is_drawn_beside_it() -> None:
    for board, panel in panels():
        for query in panel.queries:
            if query.expression.startswith(("sum by (", "max by (")):
                assert " or vector(0)" not in query.expression, f"{board}, {panel.title}: `or on() vector(0)`"


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_each_panel_has_a_unit_a_description_and_its_queries(board: object) -> None:
    drawn = json.loads(Path(f"deploy/grafana/dashboards/{board.name}.json").read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    shown = [panel for panel in drawn["panels"] if panel["type"] != "row"]
    assert len(shown) == len(board.panels)  # type: ignore[attr-defined]
    for panel in shown:
        assert panel["description"].endswith((".", "?"))
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert all(target["expr"] for target in panel["targets"])
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24


def test_the_words_of_promql_are_understood() -> None:
    assert named('sum by (a) (rate(x_total{b="c"}[5m])) / -max_over_time((y)[1h:]) > 3 or vector(0)') == {
        "x_total",
        "y",
    }
    with pytest.raises(ValueError, match="parenthesis"):
        named("sum by (")

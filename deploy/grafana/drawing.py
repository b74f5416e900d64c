"""Boards as Grafana's JSON."""

from typing import Any

from grafana_foundation_sdk.builders import bargauge, common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import BigValueGraphMode, VizOrientation
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DataSourceRef,
    GridPos,
    VariableOption,
    VariableRefresh,
)

from deploy.grafana.panels import JOB, WHOLE_WIDTH, Board, Panel

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
HEIGHT = {"number": 5, "lines": 8, "bars": 8}
TAG = "trunkline"


def drawn(board: Board) -> str:
    """As it is checked in and provisioned."""
    made = (
        dashboard.Dashboard(f"Trunkline: {board.title}")
        .uid(f"trunkline-{board.name}")
        .description(board.about)
        .tags([TAG])
        .readonly()
        .refresh("30s")
        .time("now-6h", "now")
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .link(dashboard.DashboardLink("Trunkline").type("dashboards").tags([TAG]).keep_time(True).as_dropdown(True))
        .with_variable(dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus"))
    )
    if board.by_service:
        made.with_variable(
            dashboard.QueryVariable("app")
            .label("Service")
            .datasource(SOURCE)
            .query(f"label_values(http_requests_total{{{JOB}}}, app)")
            .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
            .include_all(True)
            .all_value(".*")
            .multi(True)
            .current(VariableOption(selected=True, text="All", value="$__all"))
        )
    top = 0
    for row in board.rows:
        made.with_row(dashboard.Row(row.title).grid_pos(GridPos(h=1, w=WHOLE_WIDTH, x=0, y=top)))
        top, left, height = top + 1, 0, 0
        for panel in row.panels:
            if left + panel.width > WHOLE_WIDTH:
                top, left, height = top + height, 0, 0
            place = GridPos(h=HEIGHT[panel.shape], w=panel.width, x=left, y=top)
            made.with_panel(_panel(panel).grid_pos(place))
            left, height = left + panel.width, max(height, HEIGHT[panel.shape])
        top += height
    return str(JSONEncoder(sort_keys=True, indent=2).encode(made.build())) + "\n"


def _panel(panel: Panel) -> Any:
    made: Any
    match panel.shape:
        case "number":
            made = stat.Panel().graph_mode(BigValueGraphMode.AREA).reduce_options(_LAST)
        case "bars":
            made = bargauge.Panel().orientation(VizOrientation.HORIZONTAL).reduce_options(_LAST)
        case "lines":
            made = timeseries.Panel().fill_opacity(8).min(0)
    made.title(panel.title).description(panel.tells).unit(panel.unit).datasource(SOURCE)
    for letter, query in zip("ABCDEFGH", panel.queries, strict=False):
        asked = prometheus.Dataquery().expr(query.expression).legend_format(query.legend or panel.title).ref_id(letter)
        made.with_target(asked.instant() if panel.shape == "bars" else asked)
    return made


_LAST = common.ReduceDataOptions().calcs(["lastNotNull"])

"""Each dashboard's layout in words."""

from collections.abc import Sequence

from deploy.grafana.panels import IN_WORDS, Board

HEAD = """# Dashboards

What Grafana shows, in words; made by `make dashboards` from [deploy/grafana](../deploy/grafana). Each dashboard stands
in the folder *Trunkline*, shows the last six hours and links to the others. Rows are listed from top to bottom, panels
from left to right.
"""
SHAPES = {"lines": "lines over time", "number": "one large number with its course", "bars": "bars"}


def page(boards: Sequence[Board]) -> str:
    return "\n".join([HEAD, *(_told(board) for board in boards)])


def _told(board: Board) -> str:
    told = [f"## Trunkline: {board.title}\n", board.about]
    if board.by_service:
        told.append("On top: which services, all or some.")
    for row in board.rows:
        told += [f"\n### {row.title}\n", "| panel | shows | unit | how |", "|---|---|---|---|"]
        told += [f"| {one.title} | {one.tells} | {IN_WORDS[one.unit]} | {SHAPES[one.shape]} |" for one in row.panels]
    return "\n".join(told) + "\n"

"""Writes the dashboards and the page about them: `python -m deploy.grafana`, in the root of the project."""

from pathlib import Path

from deploy.grafana.boards import BOARDS
from deploy.grafana.drawing import drawn
from deploy.grafana.words import page


def made() -> dict[Path, str]:
    """Each file with its text."""
    folder = Path("deploy/grafana/dashboards")
    return {folder / f"{board.name}.json": drawn(board) for board in BOARDS} | {
        Path("docs/dashboards.md"): page(BOARDS)
    }


if __name__ == "__main__":
    for path, text in made().items():
        path.write_text(text, encoding="utf-8")

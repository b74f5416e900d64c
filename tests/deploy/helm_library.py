"""Helm's own engine as a library, where its program isn't: `template | lint CHART VALUES`.

Run by the Python of `make deploy-tools`, which has the library.
"""

import sys
from pathlib import Path
from typing import Any

import helm_python  # type: ignore[import-not-found,unused-ignore] # of deploy-tools, not of our own environment
import yaml


def main(what: str, chart_folder: str, values_file: str) -> int:
    values: dict[str, Any] = yaml.safe_load(Path(values_file).read_text(encoding="utf-8")) or {}
    if what == "lint":
        found = helm_python.lint(chart_folder, values, strict=True, kube_version="1.34.0")
        heavy = [one for one in found["messages"] if one["severity"] > 1]
        print(*heavy, *found["errors"], sep="\n")
        return bool(heavy or found["errors"])
    with helm_python.Chart.load(chart_folder) as chart:
        try:
            chart.validate_schema(values)
            made = chart.render(values, name="shop", namespace="shop")
        except helm_python.HelmError as fault:
            print(fault, file=sys.stderr)
            return 1
    print(*(f"---\n{text}" for name, text in sorted(made.items()) if name.endswith(".yaml")), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

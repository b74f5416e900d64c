"""The chart as helm makes it of each case's values."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.generated import CHART

TOOLS = CHART.parents[1] / "build" / "tools" / "bin"
CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
KUBERNETES = "1.34.0"


def tool(name: str) -> str | None:
    """The program, of `make deploy-tools` or of the machine."""
    return shutil.which(name, path=f"{TOOLS}{os.pathsep}{os.environ.get('PATH', '')}")


def helm() -> list[str] | None:
    """Helm's program, else its engine as a library of the tools' own Python; None without either."""
    library = TOOLS / "python"
    if (program := tool("helm")) is not None:
        return [program]
    if library.exists() and not subprocess.run([library, "-c", "import helm_python"], capture_output=True).returncode:
        return [str(library), str(Path(__file__).parent / "helm_library.py")]
    return None


HELM = helm()
IS_PROGRAM = HELM is not None and len(HELM) == 1


@cache
def text_of(case: Path, *options: str) -> str:
    assert HELM is not None, "helm is needed"
    place = ["shop", CHART, "--namespace", "shop", "--kube-version", KUBERNETES, "--values", case]
    ran = subprocess.run(
        [*HELM, "template", *(place if IS_PROGRAM else (CHART, case)), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise ValueError(ran.stderr)
    return ran.stdout


@cache
def objects(case: Path, *options: str) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(text_of(case, *options)) if one]


def of_kind(case: Path, *kinds: str) -> list[dict[str, Any]]:
    return [one for one in objects(case) if one["kind"] in kinds]


def pods(case: Path) -> dict[str, dict[str, Any]]:
    """Each Pod by its owner's name, with metadata and spec."""
    found = {one["metadata"]["name"]: one["spec"]["template"] for one in of_kind(case, "Deployment", "Job")}
    return found | {one["metadata"]["name"]: one for one in of_kind(case, "Pod")}

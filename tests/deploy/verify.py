"""Checks chart, image, rules and dashboards with the outside tools there are, and names the others.

`python -m tests.deploy.verify`. Tools are those of `make deploy-tools` and of the machine.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from tests.deploy.generated import CHART, WATCHED
from tests.deploy.kinds import CUSTOM, custom_faults, custom_schema, write_own
from tests.deploy.queries import filled, named, panels
from tests.deploy.render import CASES, HELM, IS_PROGRAM, KUBERNETES, objects, text_of, tool

DEPLOY = CHART.parent
BUILD = DEPLOY.parent / "build" / "deploy"
OWN = BUILD / "schemas"


class Report:
    """What was done, and what wasn't and why."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.failed = False

    def left_out(self, what: str, why: str) -> None:
        self.lines.append(f"left out  {what}: {why}")

    def ran(self, what: str, command: Sequence[str | Path]) -> None:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
        self.found(what, [(done.stdout + done.stderr).strip()] if done.returncode else [])

    def found(self, what: str, faults: list[str]) -> None:
        self.failed = self.failed or bool(faults)
        self.lines += [f"{'FAULT' if faults else 'good '}     {what}", *faults]


def main() -> int:
    report = Report()
    if (hadolint := tool("hadolint")) is None:
        report.left_out("hadolint", "not found")
    else:
        report.ran("hadolint deploy/Dockerfile", [hadolint, DEPLOY / "Dockerfile"])
    check_watching(report)
    if HELM is None:
        report.left_out("helm lint, templates, schemas, kube-score", "helm not found")
    else:
        check_chart(HELM, report)
    print("\n".join(report.lines))
    return int(report.failed)


def check_watching(report: Report) -> None:
    """Rules, what is alerted to whom, and dashboards."""
    prometheus = DEPLOY / "prometheus"
    if (promtool := tool("promtool")) is None:
        report.left_out("promtool check and test", "not found")
    else:
        report.ran("promtool check rules", [promtool, "check", "rules", *sorted(WATCHED["rules"].glob("*.yaml"))])
        report.ran("promtool check config", [promtool, "check", "config", prometheus / "prometheus.yaml"])
        report.ran("promtool test rules", [promtool, "test", "rules", *sorted((prometheus / "tests").glob("*.yaml"))])
    if (amtool := tool("amtool")) is None:
        report.left_out("amtool check-config", "not found")
    else:
        report.ran("amtool check-config", [amtool, "check-config", prometheus / "alertmanager.yaml"])
    report.found("dashboard queries are PromQL", list(filter(None, map(fault_in, asked()))))


def asked() -> list[str]:
    """Every panel's queries."""
    return [filled(query.expression) for _, panel in panels() for query in panel.queries]


def fault_in(query: str) -> str | None:
    try:
        named(query)
    except ValueError as error:
        return f"{query}: {error}"
    return None


def check_chart(helm: list[str], report: Report) -> None:
    BUILD.mkdir(parents=True, exist_ok=True)
    conform, score = tool("kubeconform"), tool("kube-score")
    if conform is not None and not write_own(OWN):
        report.left_out("kubeconform", "no schemas of Kubernetes (`make deploy-tools`)")
        conform = None
    for case in CASES:
        options = [CHART, "--strict", "--quiet", "--values", case] if IS_PROGRAM else [CHART, case]
        report.ran(f"helm lint {case.stem}", [*helm, "lint", *options])
        rendered = BUILD / f"{case.stem}.yaml"
        rendered.write_text(text_of(case), encoding="utf-8")
        if conform is not None:
            report.ran(f"kubeconform {case.stem}", [conform, "-strict", *LOCATIONS, rendered])
        else:
            check_schemas(case, report)
        if score is not None:
            report.ran(f"kube-score {case.stem}", [score, "score", "--output-format", "ci", *advice(case), rendered])
    if score is None:
        report.left_out("kube-score", "not found")


LOCATIONS = [
    "-schema-location",
    f"{OWN}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json",
    "-schema-location",
    f"{CUSTOM}/{{{{.Group}}}}/{{{{.ResourceKind}}}}_{{{{.ResourceAPIVersion}}}}.json",
]
NOT_OURS = ["container-image-pull-policy", "container-ephemeral-storage-request-and-limit"]
"""Of kube-score's tests: images have fixed tags; the one folder a Pod can write to has a size."""


def advice(case: Path) -> list[str]:
    """What kube-score need not look at, besides a CPU limit, which only slows; nor at what a case does without."""
    values = yaml.safe_load(case.read_text(encoding="utf-8")) or {}
    without = {
        "deployment-has-host-podantiaffinity": True,  # spread by topology instead
        "pod-networkpolicy": not values.get("networkPolicy", {}).get("enabled", True),
        "deployment-has-poddisruptionbudget": not values.get("disruptionBudgets", True),
    }
    ignored = ",".join([*NOT_OURS, *(name for name, is_so in without.items() if is_so)])
    return ["--ignore-container-cpu-limit", f"--ignore-test={ignored}"]


def check_schemas(case: Path, report: Report) -> None:
    """Without kubeconform: Kubernetes' own kinds and custom resources, each by what there is."""
    custom = [one for one in objects(case) if custom_schema(one).exists()]
    own = BUILD / f"{case.stem}.own.yaml"
    own.write_text(yaml.safe_dump_all(one for one in objects(case) if one not in custom), encoding="utf-8")
    if (validate := tool("kubernetes-validate")) is None:
        report.left_out(f"schemas {case.stem}", "neither kubeconform nor kubernetes-validate found")
    else:
        version = KUBERNETES.rpartition(".")[0]
        report.ran(f"kubernetes-validate {case.stem}", [validate, "--strict", "-k", version, own])
    if custom:
        report.found(f"schemas of custom resources {case.stem}", custom_faults(custom))


if __name__ == "__main__":
    sys.exit(main())

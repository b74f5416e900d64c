"""Checks chart and Dockerfile with the outside tools there are, and names the others: `python -m tests.deploy.verify`.

`CRD_SCHEMAS` names a folder of schemas of custom resources (`group/kind_version.json`). Kubernetes' own kinds are held
against what `kubernetes-validate` brings, or by kubeconform where `KUBERNETES_SCHEMAS` names theirs.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from tests.deploy.generated import CHART
from tests.deploy.render import CASES, HELM, IS_PROGRAM, KUBERNETES, objects, text_of, tool

BUILD = CHART.parents[1] / "build" / "deploy"
CUSTOM = {
    "Kafka",
    "KafkaNodePool",
    "KafkaTopic",
    "KafkaUser",
    "Cluster",
    "ExternalSecret",
    "PodMonitor",
    "HTTPRoute",
    "ScaledObject",
    "TriggerAuthentication",
}


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
        report.ran("hadolint deploy/Dockerfile", [hadolint, CHART.parent / "Dockerfile"])
    if HELM is None:
        report.left_out("helm lint, templates, schemas, kube-score", "helm not found")
    else:
        check_chart(HELM, report)
    print("\n".join(report.lines))
    return int(report.failed)


def check_chart(helm: list[str], report: Report) -> None:
    BUILD.mkdir(parents=True, exist_ok=True)
    for case in CASES:
        options = [CHART, "--strict", "--quiet", "--values", case] if IS_PROGRAM else [CHART, case]
        report.ran(f"helm lint {case.stem}", [*helm, "lint", *options])
        rendered = BUILD / f"{case.stem}.yaml"
        rendered.write_text(text_of(case), encoding="utf-8")
        check_schemas(case, rendered, report)
        if (score := tool("kube-score")) is not None:
            report.ran(f"kube-score {case.stem}", [score, "score", "--output-format", "ci", *ADVICE, rendered])
    if tool("kube-score") is None:
        report.left_out("kube-score", "not found")


ADVICE = [
    "--ignore-test=container-image-pull-policy,container-cpu-limit,container-ephemeral-storage-request-and-limit",
    "--ignore-test=pod-probes,deployment-has-host-podantiaffinity,pod-networkpolicy",
]
"""Not ours: images have fixed tags, a CPU limit only slows, jobs have no probes, spreading is by topology."""


def check_schemas(case: Path, rendered: Path, report: Report) -> None:
    own = BUILD / f"{case.stem}.own.yaml"
    plain = [one for one in objects(case) if one["kind"] not in CUSTOM]
    own.write_text(yaml.safe_dump_all(plain), encoding="utf-8")
    schemas = os.environ.get("KUBERNETES_SCHEMAS")
    if (conform := tool("kubeconform")) is not None and schemas is not None:
        where = f"{schemas}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
        report.ran(f"kubeconform {case.stem}", [conform, "-strict", "-schema-location", where, own])
    elif (validate := tool("kubernetes-validate")) is not None:
        version = KUBERNETES.rpartition(".")[0]
        report.ran(f"kubernetes-validate {case.stem}", [validate, "--strict", "-k", version, own])
    else:
        report.left_out(f"schemas {case.stem}", "neither kubeconform with KUBERNETES_SCHEMAS nor kubernetes-validate")
    custom = [one for one in objects(case) if one["kind"] in CUSTOM]
    if custom and (folder := os.environ.get("CRD_SCHEMAS")) is not None:
        report.found(f"schemas of custom resources {case.stem}", faults(custom, Path(folder)))
    elif custom:
        report.left_out(f"schemas of custom resources {case.stem}", "CRD_SCHEMAS is not set")


def faults(custom: list[dict[str, Any]], folder: Path) -> list[str]:
    found = []
    for one in custom:
        group, _, version = one["apiVersion"].partition("/")
        schema = json.loads((folder / group / f"{one['kind'].lower()}_{version}.json").read_text(encoding="utf-8"))
        what = f"{one['kind']} {one['metadata']['name']}"
        found += [f"{what}: {error.message}" for error in jsonschema.Draft202012Validator(schema).iter_errors(one)]
    return found


if __name__ == "__main__":
    sys.exit(main())

"""The cluster that kubectl points to, with our release in a namespace of its own."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.generated import CHART

NAMESPACE, RELEASE = "trunkline-trial", "trial"
PATIENCE = "8m"
OWN = "app.kubernetes.io/instance=trial"


class Refused(Exception):
    """What kubectl or helm said."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """`folder` takes the values and secrets of the trial."""

    folder: Path

    def kubectl(self, *words: str, given: str | None = None) -> str:
        return _run("kubectl", "--namespace", NAMESPACE, *words, given=given)

    def objects(self, kind: str, selector: str = OWN) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.kubectl("get", kind, "-l", selector, "-o", "json"))["items"]
        return found

    def apply(self, *objects: dict[str, Any]) -> None:
        self.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", given=yaml.safe_dump_all(objects))

    def begin(self) -> None:
        """The namespace, which takes none but restricted Pods."""
        level = {f"pod-security.kubernetes.io/{what}": "restricted" for what in ("enforce", "warn")}
        self.apply(_object("Namespace", NAMESPACE, metadata={"labels": level}))

    def end(self) -> None:
        self.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=120s")

    def secret(self, name: str, texts: dict[str, str]) -> None:
        self.apply(_object("Secret", name, stringData=texts))

    def install(self, values: dict[str, Any]) -> str:
        """Installs, or upgrades what is installed, and waits until every part is ready."""
        file = self.folder / "values.yaml"
        file.write_text(yaml.safe_dump(values), encoding="utf-8")
        return self._helm("upgrade", "--install", RELEASE, str(CHART), "--values", str(file), "--wait")

    def roll_back(self) -> str:
        return self._helm("rollback", RELEASE, "--wait")

    def test(self) -> str:
        return self._helm("test", RELEASE, "--logs")

    def scale(self, service: str, replicas: int) -> None:
        """All parts of a service."""
        selector = f"{OWN},app.kubernetes.io/component={service}"
        self.kubectl("scale", "deployment", "-l", selector, f"--replicas={replicas}")

    def node(self) -> str:
        """The address of a node, where NodePorts answer."""
        nodes = json.loads(_run("kubectl", "get", "nodes", "-o", "json"))["items"]
        return next(str(one["address"]) for one in nodes[0]["status"]["addresses"] if one["type"] == "InternalIP")

    def _helm(self, verb: str, *words: str) -> str:
        return _run("helm", "--namespace", NAMESPACE, verb, *words, "--timeout", PATIENCE)


def door(service: str, port: int) -> dict[str, Any]:
    """A way in from outside the cluster, where there is no gateway."""
    chosen = {
        "app.kubernetes.io/name": "trunkline",
        "app.kubernetes.io/instance": RELEASE,
        "app.kubernetes.io/component": service,
        "trunkline/part": "web",
    }
    ports = [{"port": 8000, "targetPort": "http", "nodePort": port}]
    return _object("Service", f"door-{service}", spec={"type": "NodePort", "selector": chosen, "ports": ports})


def _object(kind: str, name: str, metadata: dict[str, Any] | None = None, **rest: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, **(metadata or {})}, **rest}


def _run(*command: str, given: str | None = None) -> str:
    ran = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise Refused(f"{' '.join(command[:6])} …: {(ran.stdout + ran.stderr).strip()[-3000:]}")
    return ran.stdout

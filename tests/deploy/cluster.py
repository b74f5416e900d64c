"""The little of Kubernetes' API that helm asks where a template looks something up, with what a test says is there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import yaml

NAMESPACE = "shop"
KINDS = {"v1": ("secrets", "Secret"), "apps/v1": ("deployments", "Deployment")}


@contextmanager
def cluster(folder: Path, *there: dict[str, Any]) -> Iterator[list[str]]:
    """Helm's options for an upgrade on it."""
    known = {_place(version): _resources(version) for version in KINDS} | {_place_of(one): one for one in there}

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = known.get(urlsplit(self.path).path)
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(found or NOT_FOUND).encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        config = folder / f"kubeconfig-{server.server_port}.yaml"
        config.write_text(yaml.safe_dump(_way_to(server.server_port)), encoding="utf-8")
        yield ["--is-upgrade", "--dry-run=server", f"--kubeconfig={config}"]
        server.shutdown()


NOT_FOUND = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}


def secret(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}}


def deployment(name: str, replicas: int) -> dict[str, Any]:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": {"replicas": replicas}}


def _place(version: str) -> str:
    return f"/apis/{version}" if "/" in version else f"/api/{version}"


def _place_of(one: dict[str, Any]) -> str:
    plural, _ = KINDS[one["apiVersion"]]
    return f"{_place(one['apiVersion'])}/namespaces/{NAMESPACE}/{plural}/{one['metadata']['name']}"


def _resources(version: str) -> dict[str, Any]:
    plural, kind = KINDS[version]
    resource = {"name": plural, "singularName": "", "namespaced": True, "kind": kind, "verbs": ["get"]}
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": [resource]}


def _way_to(port: int) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "here",
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me"}}],
        "clusters": [{"name": "here", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
        "users": [{"name": "me", "user": {}}],
    }

"""How a Prometheus outside the cluster finds the release's Pods, as the chart's PodMonitor does inside."""

import os
from typing import Any

from tests.cluster.cluster import NAMESPACE, RELEASE

PARTS = "web|worker|relay|all"
LABEL = "__meta_kubernetes_pod_label_"


def pods() -> dict[str, Any]:
    """Part of a scrape configuration; KUBECONFIG says which cluster."""
    found = {
        "role": "pod",
        "kubeconfig_file": os.environ["KUBECONFIG"],
        "namespaces": {"names": [NAMESPACE]},
        "selectors": [{"role": "pod", "label": f"app.kubernetes.io/instance={RELEASE}"}],
    }
    relabeled = [
        {"source_labels": [f"{LABEL}trunkline_part"], "regex": PARTS, "action": "keep"},
        {"source_labels": [f"{LABEL}app_kubernetes_io_component"], "target_label": "app"},
        {"source_labels": [f"{LABEL}trunkline_part"], "target_label": "part"},
        {"source_labels": ["__meta_kubernetes_pod_name"], "target_label": "pod"},
    ]
    return {"kubernetes_sd_configs": [found], "relabel_configs": relabeled}

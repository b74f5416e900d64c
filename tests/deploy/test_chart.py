"""The chart, rendered for each case of values."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import FastAPI
from pydantic import ValidationError
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from chassis.settings import ServiceSettings
from devstack.layout import SECRETS
from tests.deploy.generated import SET_FOR_LIBRARIES, SETTINGS, WATCHED, contents
from tests.deploy.render import CASES, HELM, objects, of_kind, pods, text_of

pytestmark = pytest.mark.skipif(HELM is None, reason="no helm found (`make deploy-tools`): the chart is not rendered")
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)

HAVE_DEFAULTS = {"SMTP_USER", "SMTP_PASSWORD", "CRM_WEBHOOK_SECRETS"}
"""Without them a service would start, and not do what the values ask for."""
MEBIBYTE = 1 << 20
OF_OPERATORS = ("-db-app", "-db-ca", "-cluster-ca-cert")


def case_of(name: str) -> Path:
    return next(case for case in CASES if case.stem == name)


@each_case
def test_every_pod_is_restricted(case: Path) -> None:
    for name, pod in pods(case).items():
        spec = pod["spec"]
        assert spec["securityContext"]["runAsNonRoot"], name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert spec["automountServiceAccountToken"] is False, name
        assert not any("hostPath" in volume for volume in spec.get("volumes", ())), name
        for container in [*spec["containers"], *spec.get("initContainers", ())]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name
            assert container["resources"]["limits"]["memory"], name
            assert container["resources"]["requests"]["cpu"], name


@each_case
def test_every_variable_is_a_setting_of_its_service_named_once(case: Path) -> None:
    for_libraries = SET_FOR_LIBRARIES | set(yaml.safe_load(case.read_text(encoding="utf-8")).get("env", ()))
    for name, pod in pods(case).items():
        service = pod["metadata"]["labels"]["app.kubernetes.io/component"]
        if service not in SETTINGS:
            continue
        variables = [one["name"] for one in pod["spec"]["containers"][0]["env"]]
        known = {field.upper() for field in SETTINGS[service].model_fields}
        assert set(variables) - known <= for_libraries, name
        assert len(set(variables)) == len(variables), name
        required = {field.upper() for field, of in read_by(pod).model_fields.items() if of.is_required()}
        assert required <= set(variables), name


def read_by(pod: dict[str, Any]) -> type[ServiceSettings]:
    labels = pod["metadata"]["labels"]
    return ServiceSettings if is_migration(pod) else SETTINGS[labels["app.kubernetes.io/component"]]


def is_migration(pod: dict[str, Any]) -> bool:
    return bool(pod["metadata"]["labels"].get("trunkline/part") == "migrate")


@each_case
def test_every_plain_setting_is_one_that_the_service_takes(case: Path, tmp_path: Path) -> None:
    for name, pod in pods(case).items():
        service = pod["metadata"]["labels"]["app.kubernetes.io/component"]
        if service not in SETTINGS:
            continue
        container = pod["spec"]["containers"][0]
        folders = [one["mountPath"] for one in container.get("volumeMounts", ())]
        with pytest.MonkeyPatch.context() as environment:
            for one in container["env"]:
                value = one["value"] if "value" in one else secret(one["name"])
                environment.setenv(one["name"], with_files_below(tmp_path, folders, value))
            read = read_by(pod)()  # type: ignore[call-arg]
            assert is_migration(pod) or read.http_port == 8000, name


@each_case
def test_a_pod_without_its_secrets_starts_and_names_what_is_missing(case: Path) -> None:
    for one in of_kind(case, "Deployment"):
        spec = one["spec"]["template"]["spec"]
        secrets = [volume["secret"] for volume in spec["volumes"] if "secret" in volume]
        assert all(secret["optional"] for secret in secrets), one["metadata"]["name"]
        env = spec["containers"][0]["env"]
        missing = {told["name"] for told in env if told.get("valueFrom", {}).get("secretKeyRef", {}).get("optional")}
        kept = {told["name"] for told in env if "valueFrom" in told} - missing
        assert kept <= HAVE_DEFAULTS, "the others are refused by name, so that the process may start without them"
        with pytest.MonkeyPatch.context() as environment:
            for told in env:
                environment.delenv(told["name"], raising=False)
                if "value" in told:
                    environment.setenv(told["name"], told["value"])
            with pytest.raises(ValidationError) as refused:
                SETTINGS[spec["containers"][0]["args"][0]]()  # type: ignore[call-arg]
        faults = " ".join(fault["msg"] + " ".join(map(str, fault["loc"])).upper() for fault in refused.value.errors())
        at_first = {name for name in missing if not name.startswith("KAFKA_")}  # what must fit together comes next
        assert at_first <= {*re.findall(r"[A-Z_]+", faults)}
        assert "JWKS_FILE" in faults


def test_a_job_beside_the_pods_waits_for_its_secrets_as_it_has_but_some_tries() -> None:
    for case, may_miss in (("given", True), ("operators", False)):
        for job in of_kind(case_of(case), "Job"):
            spec = job["spec"]["template"]["spec"]
            told = [one["valueFrom"]["secretKeyRef"] for one in spec["containers"][0]["env"] if "valueFrom" in one]
            mounted = [volume["secret"] for volume in spec["volumes"] if "secret" in volume]
            assert all(one["optional"] == may_miss for one in [*told, *mounted])
            assert ("activeDeadlineSeconds" in job["spec"]) == may_miss


@each_case
def test_a_migration_needs_no_secret_but_its_databases(case: Path) -> None:
    migrations = {name for name, pod in pods(case).items() if is_migration(pod)}
    for name, secret, key in secrets_of(case):
        if name in migrations:
            assert key == "database_url" or secret.endswith(("-db-app", "-db-ca", "postgresql-ca")), (name, key)


def secret(name: str) -> str:
    return {
        **SECRETS,
        "DATABASE_URL": "postgresql://trunkline:secret@db/trunkline",
    }.get(name, "secret")


def with_files_below(here: Path, folders: list[str], value: str) -> str:
    """The value, with what it names in the pod's mounted folders as empty files here."""
    for file in re.findall("|".join(rf"{folder}/[\w.-]+" for folder in folders) or "$^", value):
        there = Path(f"{here}{file}")
        there.parent.mkdir(parents=True, exist_ok=True)
        there.touch()
        value = value.replace(file, str(there))
    return value


@each_case
def test_every_file_that_is_named_is_mounted_and_every_mount_has_its_volume(case: Path) -> None:
    for name, pod in pods(case).items():
        container = pod["spec"]["containers"][0]
        mounted = {one["mountPath"]: one["name"] for one in container.get("volumeMounts", ())}
        assert set(mounted.values()) == {one["name"] for one in pod["spec"].get("volumes", ())}, name
        files = {one["value"] for one in container.get("env", ()) if one.get("value", "").startswith("/etc/")}
        if pod["metadata"]["labels"].get("trunkline/part") == "migrate":  # goes before the release's ConfigMaps
            files = {file for file in files if not file.startswith("/etc/trunkline/files/")}
        assert all(any(file.startswith(f"{folder}/") for folder in mounted) for file in files), name


@each_case
def test_nothing_secret_is_written_into_an_object_and_every_secret_has_a_source(case: Path) -> None:
    made = {one["metadata"]["name"] for one in of_kind(case, "Secret", "KafkaUser")}
    external = {one["metadata"]["name"]: one["spec"]["data"] for one in of_kind(case, "ExternalSecret")}
    own = {"trunkline-keys", *(f"trunkline-{service}" for service in SETTINGS)}
    brought = {"kafka-ca", "kafka-admin", "postgresql-ca"}
    for name, secret, key in secrets_of(case):
        if external and secret in own:
            assert key is None or key in {one["secretKey"] for one in external[secret]}, (name, secret, key)
        assert secret in made | own | brought or secret.endswith(OF_OPERATORS), (name, secret)
    for one in of_kind(case, "Secret"):
        assert set(one["stringData"]) <= {"tls", "sasl", "username"}


def secrets_of(case: Path) -> list[tuple[str, str, str | None]]:
    found: list[tuple[str, str, str | None]] = []
    for name, pod in pods(case).items():
        for one in pod["spec"]["containers"][0].get("env", ()):
            if "valueFrom" in one:
                reference = one["valueFrom"]["secretKeyRef"]
                found.append((name, reference["name"], reference["key"]))
        for volume in pod["spec"].get("volumes", ()):
            if "secret" in volume:
                found += [(name, volume["secret"]["secretName"], item["key"]) for item in volume["secret"]["items"]]
    for one in of_kind(case, "TriggerAuthentication"):
        found += [(one["metadata"]["name"], ref["name"], ref["key"]) for ref in one["spec"]["secretTargetRef"]]
    return found


@each_case
def test_only_the_cart_sees_the_private_keys(case: Path) -> None:
    for name, secret, key in secrets_of(case):
        if secret == "trunkline-keys" and key in ("machines.jwk", "links.jwk"):
            assert "-cart-" in name


@each_case
def test_each_object_has_a_name_of_its_own_that_kubernetes_takes(case: Path) -> None:
    names = [(one["kind"], one["metadata"]["name"]) for one in objects(case)]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 63 for kind, name in names if kind not in ("KafkaTopic", "KafkaUser"))


@each_case
def test_a_selector_finds_the_pods_it_means(case: Path) -> None:
    labels = {name: pod["metadata"]["labels"] for name, pod in pods(case).items()}
    for one in of_kind(case, "Deployment", "PodDisruptionBudget"):
        wanted = one["spec"]["selector"]["matchLabels"].items()
        found = [name for name, has in labels.items() if wanted <= has.items()]
        assert found == [one["metadata"]["name"]]
    for one in of_kind(case, "Service"):
        found = [name for name, has in labels.items() if one["spec"]["selector"].items() <= has.items()]
        assert len(found) == 1
        assert found[0].startswith(one["metadata"]["name"])
        assert found[0].endswith(("-web", "-all"))


def test_a_service_may_have_an_image_of_its_own() -> None:
    images = {name: pod["spec"]["containers"][0]["image"] for name, pod in pods(case_of("guarded")).items()}
    own = {name for name, image in images.items() if image == "registry.example/porting:2.0"}
    assert own == {name for name in images if "-porting-" in name}
    assert {image for name, image in images.items() if name not in own} == {f"trunkline@sha256:{'0' * 64}"}


def test_a_command_is_run_by_a_pod_that_is_told_what_the_worker_is_told() -> None:
    found = pods(case_of("guarded"))
    command, worker = (
        found[f"shop-trunkline-porting-{part}"]["spec"]["containers"][0] for part in ("command", "worker")
    )
    assert command["args"] == ["porting", "replay", "crm.party.v1"]
    for what in ("image", "env", "volumeMounts"):
        assert command[what] == worker[what]
    assert not any(name.endswith("-command") for name in pods(case_of("given")))


def test_the_portal_believes_its_proxies_and_nobody_else_on_who_visits() -> None:
    def believed(case: str) -> dict[str, str]:
        found = {name: pod["spec"]["containers"][0].get("env", ()) for name, pod in pods(case_of(case)).items()}
        return {
            name: one["value"]
            for name, env in found.items()
            for one in env
            if one["name"] == "FORWARDED_ALLOW_IPS" and "-portal-" in name
        }

    told = believed("guarded")
    assert set(told) == {f"shop-trunkline-portal-{part}" for part in ("web", "worker", "relay")}
    trusted = ProxyHeadersMiddleware(FastAPI(), told["shop-trunkline-portal-web"]).trusted_hosts
    assert [one in trusted for one in ("10.244.3.4", "fd00::1", "10.1.1.1")] == [True, True, False]
    assert believed("given") == {}


def test_a_services_own_setting_wins_over_the_shared_one_also_where_it_is_nought_or_false(tmp_path: Path) -> None:
    values = tmp_path / "values.yaml"
    values.write_text(
        "networkPolicy: {enabled: false}\n"
        "settings: {linger_ms: 5, otel_exporter_otlp_endpoint: 'http://collector:4318', lanes: 2}\n"
        "services: {notification: {settings: {linger_ms: 0, otel_exporter_otlp_endpoint: '', webhook_local: false}}}\n",
        encoding="utf-8",
    )
    env = pods(values)["shop-trunkline-notification-worker"]["spec"]["containers"][0]["env"]
    told = {one["name"]: one.get("value") for one in env}
    assert (told["LINGER_MS"], told["OTEL_EXPORTER_OTLP_ENDPOINT"], told["WEBHOOK_LOCAL"]) == ("0", "", "false")
    assert told["LANES"] == "2"


@each_case
def test_a_pod_drains_before_it_is_killed(case: Path) -> None:
    for one in of_kind(case, "Deployment"):
        spec = one["spec"]["template"]["spec"]
        container = spec["containers"][0]
        if one["spec"]["template"]["metadata"]["labels"]["trunkline/part"] in ("web", "all"):
            pause = next(float(told["value"]) for told in container["env"] if told["name"] == "DRAIN_SECONDS")
            assert spec["terminationGracePeriodSeconds"] > pause + 20
        assert one["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
        paths = {probe: container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness", "readiness")}
        assert paths == {"startup": "/health/live", "liveness": "/health/live", "readiness": "/health/ready"}


def test_each_part_is_a_deployment_of_its_own_or_all_are_one() -> None:
    apart = {one["metadata"]["name"] for one in of_kind(case_of("given"), "Deployment")}
    assert apart == {f"shop-trunkline-{service}-{part}" for service in SETTINGS for part in ("web", "worker", "relay")}
    together = {one["metadata"]["name"] for one in of_kind(case_of("all-in-one"), "Deployment")}
    assert together == {f"shop-trunkline-{service}-all" for service in SETTINGS}


def test_every_pod_is_closed_and_each_way_is_named() -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in of_kind(case_of("given"), "NetworkPolicy")}
    closed = policies["shop-trunkline-closed"]
    assert set(closed["policyTypes"]) == {"Ingress", "Egress"}
    assert "ingress" not in closed
    for pod in pods(case_of("given")).values():
        assert closed["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert callers(policies["shop-trunkline-porting"]) == {"portal", "test"}
    assert callers(policies["shop-trunkline-provisioning"]) == {"portal", "cart", "test"}


def test_names_are_looked_up_where_the_clusters_dns_is() -> None:
    def way(case: str) -> Any:
        policies = {one["metadata"]["name"]: one["spec"] for one in of_kind(case_of(case), "NetworkPolicy")}
        (rule,) = policies["shop-trunkline-closed"]["egress"]
        return rule["to"], [(one["protocol"], one["port"]) for one in rule["ports"]]

    kube_dns = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
    }
    assert way("given") == ([kube_dns], [("UDP", 53), ("TCP", 53)])
    nodes_own = [{"ipBlock": {"cidr": "169.254.20.10/32"}}]
    assert way("guarded") == (nodes_own, [("UDP", 53), ("TCP", 53), ("UDP", 5353), ("TCP", 5353)])


def callers(policy: dict[str, Any]) -> set[str]:
    peers = [peer for rule in policy["ingress"] for peer in rule["from"]]
    return {peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"] for peer in peers}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("{}", r"networkPolicy\.kafka\.to is empty"),
        (
            "networkPolicy: {enabled: false}\ndrain: {pause: 30, grace: 54}",
            r"set it to drain\.pause \+ 25 \(55\) or more",
        ),
        (
            "networkPolicy: {enabled: false}\nimage: {tag: 'sha256:0'}\nservices: {cart: {image: {repository: cart}}}",
            r"set services\.cart\.image\.tag",
        ),
        ("networkPolicy: {enabled: false}\nalerts: {enabled: true}", "alerts.enabled without serviceMonitors.enabled"),
    ],
)
def test_what_does_not_go_together_is_refused_with_the_remedy(tmp_path: Path, values: str, said: str) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(values, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        text_of(wrong)


def test_nobody_but_the_services_touches_a_topic_with_links(tmp_path: Path) -> None:
    curious = tmp_path / "curious.yaml"
    curious.write_text(
        "kafka: {mode: strimzi, strimzi: {outsiders: [{name: crm, reads: [ordering.quote-link.v1]}]}}\n"
        "postgresql: {mode: cloudnativepg}\n",
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match="carries link tokens"):
        text_of(curious)


def test_each_topic_and_user_is_told_to_the_operator() -> None:
    topics = {one["spec"]["topicName"]: one["spec"] for one in of_kind(case_of("operators"), "KafkaTopic")}
    assert topics["ordering.quote-link.v1"]["config"] == {"retention.ms": "86400000"}
    assert topics["crm.party.v1"]["config"] == {"cleanup.policy": "compact"}
    users = {one["metadata"]["name"]: one["spec"] for one in of_kind(case_of("operators"), "KafkaUser")}
    readers = {
        name
        for name, spec in users.items()
        for acl in spec["authorization"]["acls"]
        if acl["resource"]["name"] == "ordering.quote-link.v1" and "Read" in acl["operations"]
    }
    assert readers == {"shop-trunkline-notification"}
    assert {"shop-trunkline-crm", "shop-trunkline-wbci"} < set(users)


def test_migrations_go_before_the_pods_and_the_first_time_beside_where_secrets_come_with_the_release() -> None:
    def hooks(case: str) -> set[str | None]:
        jobs = of_kind(case_of(case), "Job")
        return {one["metadata"].get("annotations", {}).get("helm.sh/hook") for one in jobs}

    assert hooks("given") == {"pre-install,pre-upgrade"}
    assert hooks("operators") == {None}


def test_what_is_scaled_has_no_number_of_its_own() -> None:
    for one in of_kind(case_of("guarded"), "Deployment"):
        scaled = one["metadata"]["name"].endswith(("-web", "-worker"))
        assert ("replicas" in one["spec"]) != scaled
    least = {
        one["metadata"]["name"]: one["spec"]["minReplicaCount"] for one in of_kind(case_of("guarded"), "ScaledObject")
    }
    assert least["shop-trunkline-porting-worker"] == 3
    assert least["shop-trunkline-cart-worker"] == 2


@pytest.mark.parametrize("case", ["all-in-one", "guarded"])
def test_dashboards_come_as_they_are_and_each_fits_into_its_object(case: str) -> None:
    maps = [one for one in of_kind(case_of(case), "ConfigMap") if "-dashboard-" in one["metadata"]["name"]]
    drawn = {name: text for one in maps for name, text in one["data"].items()}
    assert drawn == {f"trunkline-{name}": text for name, text in contents(WATCHED["dashboards"]).items()}
    assert all(len(text.encode()) < MEBIBYTE / 2 for text in drawn.values())
    labels = {"all-in-one": ("grafana_dashboard", "1"), "guarded": ("dashboards", "here")}
    for one in maps:
        found = {(name, value) for name, value in one["metadata"]["labels"].items() if name in dict(labels.values())}
        assert found == {labels[case]}


def test_rules_come_as_they_are_with_the_addresses_of_their_runbooks_where_these_are_given() -> None:
    written = [yaml.safe_load(text)["groups"] for _, text in sorted(contents(WATCHED["rules"]).items())]
    for case in ("all-in-one", "guarded"):
        rendered = of_kind(case_of(case), "PrometheusRule")
        if case == "guarded":
            assert {one["metadata"]["labels"]["release"] for one in rendered} == {"prometheus"}
            for alert in (rule for groups in written for group in groups for rule in group["rules"] if "alert" in rule):
                page = alert["annotations"].pop("runbook").removeprefix("docs/runbooks")
                alert["annotations"]["runbook_url"] = f"https://wiki.example/trunkline{page}"
        assert [one["spec"]["groups"] for one in sorted(rendered, key=lambda one: one["metadata"]["name"])] == written


def test_what_is_scraped_has_the_labels_that_rules_go_by() -> None:
    (monitor,) = of_kind(case_of("guarded"), "PodMonitor")
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    assert {one["targetLabel"] for one in endpoint["relabelings"]} == {"job", "app", "part"}
    assert {"targetLabel": "job", "replacement": "trunkline"} in endpoint["relabelings"]

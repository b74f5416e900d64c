"""What of the chart can be checked without helm."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from contracts.readers import LISTENS, PUBLISHES
from contracts.registry import all_topics
from tests.deploy.generated import CHART, WATCHED, contents, schema, topics
from tests.deploy.render import CASES

VALUES = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
SCHEMA = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
RIGHTS = yaml.safe_load((CHART / "files" / "topics.yaml").read_text(encoding="utf-8"))["services"]


def test_what_the_chart_takes_from_the_code_is_fresh() -> None:
    assert (CHART / "files" / "topics.yaml").read_text(encoding="utf-8") == topics(), "run `make chart`"
    written = (CHART / "values.schema.json").read_text(encoding="utf-8")
    assert written == schema(json.loads(written)), "run `make chart`"
    for name, source in WATCHED.items():
        assert contents(CHART / "files" / name) == contents(source), "run `make chart`"


def test_every_value_is_described_and_every_described_one_is_there() -> None:
    undescribed = [path for path, of in described(SCHEMA, "") if not of.get("description")]
    assert undescribed == []
    known = {path for path, _ in described(SCHEMA, "") if "settings." not in path and path not in (".global",)}
    assert set(paths(VALUES, SCHEMA, "")) >= {path for path in known if ".parts" not in path.removeprefix(".parts")}


def described(schema: dict[str, Any], at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, of in schema.get("properties", {}).items():
        yield f"{at}.{name}", of
        yield from described(of, f"{at}.{name}")


def paths(value: Any, schema: dict[str, Any], at: str) -> Iterator[str]:
    for name, one in value.items() if isinstance(value, dict) else ():
        yield f"{at}.{name}"
        yield from paths(one, schema, f"{at}.{name}")


def merged(base: Any, more: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(more, dict)):
        return more
    return {name: merged(base.get(name), more[name]) if name in more else base[name] for name in {**base, **more}}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_values_of_each_case_fit_the_schema(case: Any) -> None:
    jsonschema.validate(merged(VALUES, yaml.safe_load(case.read_text(encoding="utf-8"))), SCHEMA)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "some"},
        {"publicUrl": "portal.example"},
        {"services": {"cart": {"settings": {"quote_dayz": 3}}}},
        {"services": {"portal": {"settings": {"session_secret": "in the open"}}}},
        {"settings": {"log_level": "verbose"}},
        {"settings": {"pool_size": "many"}},
        {"settings": {"lanes": 0}},
        {"services": {"portal": {"settings": {"four_eyes_acts": "porting.release"}}}},
        {"env": {"SESSION_SECRET": "in the open"}},
        {"env": {"POOL_SIZE": "3"}},
        {"env": {"FORWARDED_ALLOW_IPS": "*"}},
        {"trustedProxies": ["*"]},
        {"parts": {"web": {"replicas": 0}}},
        {"kafka": {"url": "kafka"}},
        {"kafka": {"security": "TLS"}},
        {"gateway": {"enabled": True, "parents": []}},
        {"drain": {"grace": 5}},
        {"serviceMonitors": {"interval": "60s"}},
        {"serviceMonitors": {"interval": "1m"}},
        {"networkPolicies": {}},
        {"networkPolicy": {"dns": {"to": []}}},
        {"command": {"service": "cart"}},
        {"command": {"service": "shop", "args": ["parked"]}},
    ],
    ids=str,
)
def test_a_wrong_value_is_refused(wrong: Any) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(merged(VALUES, wrong), SCHEMA)


def test_a_link_topic_is_written_by_its_owner_and_read_by_notification_alone() -> None:
    secret = {topic.name for topic in all_topics() if topic.secret}
    assert secret == {"ordering.quote-link.v1", "provisioning.fiber-link.v1"}
    for service, may in RIGHTS.items():
        owned = {topic.name for topic in PUBLISHES[service]}
        assert secret & set(may["writes"]) == secret & owned
        assert secret & set(may["reads"]) == (secret if service == "notification" else set())


def test_a_service_has_the_rights_it_needs_and_no_other() -> None:
    for service, may in RIGHTS.items():
        read = LISTENS[service]
        assert set(may["reads"]) == {topic.name for topic in read}
        letters = {topic.dead_letters_of(service) for topic in read}
        assert set(may["writes"]) == {topic.name for topic in PUBLISHES[service]} | letters
        assert may["groups"] == {topic.group_of(service): topic.name for topic in read}

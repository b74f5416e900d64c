"""What an upgrade makes of what is there already."""

from pathlib import Path
from typing import Any

import pytest

from tests.deploy.cluster import cluster, deployment, secret
from tests.deploy.generated import SETTINGS
from tests.deploy.render import IS_PROGRAM, objects
from tests.deploy.test_chart import case_of

pytestmark = pytest.mark.skipif(
    not IS_PROGRAM, reason="no helm program found, and its library looks nothing up: upgrades are not rendered"
)
JOBS = {f"shop-trunkline-{service}-migrate" for service in SETTINGS}


def upgraded(case: str, here: Path, *there: dict[str, Any]) -> list[dict[str, Any]]:
    with cluster(here, *there) as options:
        return objects(case_of(case), *options)


def before_the_pods(made: list[dict[str, Any]]) -> set[str]:
    return {
        one["metadata"]["name"]
        for one in made
        if one["metadata"].get("annotations", {}).get("helm.sh/hook") == "pre-install,pre-upgrade"
    }


@pytest.mark.parametrize(
    ("case", "brought"), [("operators", "shop-trunkline-{}-db-app"), ("guarded", "trunkline-{}")], ids=["cnpg", "store"]
)
def test_a_service_that_comes_along_later_is_migrated_beside_the_others_pods_and_these_before_theirs(
    case: str, brought: str, tmp_path: Path
) -> None:
    assert not JOBS & before_the_pods(upgraded(case, tmp_path))
    known = [secret(brought.format(service)) for service in SETTINGS if service != "porting"]
    made = upgraded(case, tmp_path, *known)
    assert JOBS & before_the_pods(made) == JOBS - {"shop-trunkline-porting-migrate"}
    assert {one["metadata"]["name"] for one in made} >= JOBS


def test_topics_are_made_before_the_pods_where_who_may_make_them_is_a_secret_of_its_own(tmp_path: Path) -> None:
    assert before_the_pods(upgraded("guarded", tmp_path)) == {"shop-trunkline-topics"}


def test_what_is_scaled_from_now_on_keeps_its_pods(tmp_path: Path) -> None:
    name = "shop-trunkline-cart-web"
    (one,) = (one for one in upgraded("guarded", tmp_path, deployment(name, 4)) if is_deployment(one, name))
    assert one["spec"]["replicas"] == 4
    (one,) = (one for one in upgraded("guarded", tmp_path) if is_deployment(one, name))
    assert "replicas" not in one["spec"], "the first time it is scaled from one"


def is_deployment(one: dict[str, Any], name: str) -> bool:
    return bool(one["kind"] == "Deployment" and one["metadata"]["name"] == name)

"""No secret stands in the code for everybody to read: who starts a service gives his own, or hears which one lacks."""

import json
import re

import pytest
from pydantic_core import PydanticUndefined

from tests.deploy.generated import SECRET, SETTINGS
from tests.forks import ran

NOBODY = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "KAFKA_URL": "127.0.0.1:1"}
SECRETS_ARE_CALLED = re.compile(r"(secret|password|key)s?$")


@pytest.mark.parametrize("service", SETTINGS)
def test_no_secret_has_a_value_of_its_own(service: str) -> None:
    fields = SETTINGS[service].model_fields
    secrets = {name for name in fields if SECRETS_ARE_CALLED.search(name)}
    assert secrets <= SECRET
    assert all(fields[name].default in (PydanticUndefined, "", ()) for name in secrets)


@pytest.mark.parametrize(
    ("service", "part", "told", "variable", "said"),
    [
        ("portal", "web", {"SESSION_SECRET": None}, "SESSION_SECRET", "is missing"),
        ("portal", "worker", {"SESSION_SECRET": "hush"}, "SESSION_SECRET", "String should have at least 32 characters"),
        ("portal", "all", {"LOGIN_CLIENT_SECRET": None}, "LOGIN_CLIENT_SECRET", "is missing"),
        ("portal", "relay", {"LOGIN_CLIENT_SECRET": ""}, "LOGIN_CLIENT_SECRET", "at least 8 characters"),
        ("portal", "web", {"CRM_WEBHOOK_SECRETS": '["whsec_"]'}, "CRM_WEBHOOK_SECRETS.0", "is not whsec_ with Base64"),
        ("portal", "web", {"CRM_WEBHOOK_SECRETS": '["hush!"]'}, "CRM_WEBHOOK_SECRETS.0", "is not whsec_ with Base64"),
        ("notification", "worker", {"TOKEN_KEY": None}, "TOKEN_KEY", "is missing"),
        ("notification", "all", {"TOKEN_KEY": "hush"}, "TOKEN_KEY", "is no Fernet key: 32 random bytes"),
        ("notification", "worker", {"SMTP_USER": "hush"}, "together", "set SMTP_PASSWORD"),
        ("notification", "all", {"SMTP_USER": "hush", "SMTP_PASSWORD": "hush"}, "together", "set SMTP_TLS"),
    ],
)
def test_a_secret_that_is_missing_or_no_good_is_named_in_one_line_without_its_value(
    service: str, part: str, told: dict[str, str | None], variable: str, said: str
) -> None:
    code, line = ran(service, part, **{**NOBODY, **told})
    assert code == 2
    faults = json.loads(line)["variables"]
    assert list(faults) == [variable]
    assert said in faults[variable]
    assert "hush" not in line

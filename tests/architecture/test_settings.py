"""Services that are started by hand, without a setting, find each other."""

from importlib import import_module

from pydantic.fields import FieldInfo

from contracts.readers import PUBLISHES

FIELDS: dict[str, dict[str, FieldInfo]] = {
    name: import_module(f"{name}.main").service.settings.model_fields for name in PUBLISHES
}


def test_no_two_services_listen_on_the_same_port() -> None:
    ports = [fields["http_port"].default for fields in FIELDS.values()]
    assert len(set(ports)) == len(ports)


def test_a_service_listens_where_the_others_look_for_it() -> None:
    found = {
        (reader, name): fields[f"{name}_url"].default
        for reader, fields in FIELDS.items()
        for name in FIELDS
        if f"{name}_url" in fields
    }
    assert ("portal", "catalog") in found
    assert found == {(reader, name): f"http://127.0.0.1:{FIELDS[name]['http_port'].default}" for reader, name in found}

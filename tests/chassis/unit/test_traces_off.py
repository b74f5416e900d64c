"""Traces that nobody has switched on cost nothing: no exporter is even loaded, and no span is made."""

import os
import subprocess
import sys
from uuid import uuid4

import pytest

from chassis.delivery import Delivery
from chassis.story import Story
from chassis.tracing import handling, ringing, tracer

PROGRAM = """
import sys
from chassis.observability import observe
from chassis.settings import ServiceSettings
from opentelemetry import trace

observe("probe", ServiceSettings(database_url="postgresql://", kafka_url="127.0.0.1:1"))
print("opentelemetry.exporter" in sys.modules, type(trace.get_tracer_provider()).__name__)
"""
LISTENER = "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("told", "seen"),
    [({}, "False ProxyTracerProvider"), ({"OTEL_EXPORTER_OTLP_ENDPOINT": LISTENER}, "True TracerProvider")],
)
def test_one_setting_switches_traces_on_and_without_it_no_exporter_is_loaded(told: dict[str, str], seen: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={**environment, **told}, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == seen


def test_a_message_and_a_timer_make_no_span_when_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a span was made")

    monkeypatch.setattr(tracer, "start_span", never)
    delivery = Delivery(uuid4(), "test.Thing.v1", "a", {"ce_correlationid": "click-7"}, b"{}", ("test.v1", 0, 0))
    with handling(delivery, "probe.test"):
        pass
    with ringing("due", Story("click-7"), None) as story:
        assert story == Story("click-7")

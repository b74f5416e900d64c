"""Lines of a service's log."""

import json
import subprocess
import sys

PROGRAM = """
import logging
import structlog
from chassis.observability import observe
from chassis.settings import ServiceSettings
from chassis.story import Story, telling

observe("probe", ServiceSettings(database_url="postgresql://", kafka_url="127.0.0.1:1"))
with telling(Story("click-7", trace="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")):
    structlog.get_logger().info("order received", order_id=7)
    for attempt in range(50):
        logging.getLogger("aiokafka").error("Unable connect to %s", attempt)
structlog.get_logger().info("done")
"""


def test_each_line_is_json_with_its_story_and_libraries_repeat_themselves_seldom() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    ours, librarys, done = [json.loads(line) for line in ran.stderr.splitlines() if line.startswith("{")]
    assert (ours["event"], ours["order_id"], ours["level"]) == ("order received", 7, "info")
    assert (librarys["event"], librarys["logger"], librarys["level"]) == ("Unable connect to 0", "aiokafka", "error")
    for line in (ours, librarys):
        assert line["service"] == "probe"
        assert (line["correlation_id"], line["trace_id"]) == ("click-7", "0af7651916cd43dd8448eb211c80319c")
    assert "correlation_id" not in done

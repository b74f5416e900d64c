"""What axe-core finds wrong with a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe().axe_script
"""For `add_init_script`, of a page or a browser's context."""
FAULTS = "axe.run({resultTypes: ['violations'], preload: false}).then((found) => found.violations)"
"""`Axe.run` brings home all that it looked at, which takes longer than looking."""


def faults_on(page: Page) -> list[str]:
    """Each as the rule's name and the element that breaks it; the page began with AXE."""
    return [f"{one['id']}: {node['html'][:160]}" for one in page.evaluate(FAULTS) for node in one["nodes"]]

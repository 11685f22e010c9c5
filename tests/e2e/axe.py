"""What axe-core, which comes through npm, finds wrong with a page for people who cannot see, hear or hold it."""

from collections.abc import Sequence
from functools import cache

from playwright.sync_api import Page

from tests.node import missing
from tests.paths import ROOT

SOURCE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async (leftOut) => {
    const rules = Object.fromEntries(leftOut.map((rule) => [rule, { enabled: false }]));
    const { violations } = await axe.run(document, { rules });
    return violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id} (${help}): ${html.slice(0, 200)} ${failureSummary}`));
}"""


@cache
def source() -> str:
    """Return the script; skip the test where npm has not brought it, which is a failure in continuous integration."""
    if not SOURCE.exists():
        missing("axe-core", "make setup")
    return SOURCE.read_text()


def violations(page: Page, leave_out: Sequence[str] = ()) -> list[str]:
    """Return what is wrong with the page as it stands now, one text an element; rules can be left out."""
    page.evaluate(source())  # not a script of the page, which its security policy would refuse
    return page.evaluate(RUN, list(leave_out))

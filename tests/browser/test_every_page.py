"""Every page of the house in a furnished house: read by axe in light and dark, and by a phone of 320 px."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Error, Page, Response

from hopnps.links import Purpose
from hopnps.models import Brand, Invitation
from hopnps.services import images
from tests.browser.stage import WIDE, Stage, beyond
from tests.services.answers import answer
from tests.services.test_images import picture
from tests.web.doors import doors

NOWHERE = "/nowhere"
ENDLESS = "Wolfeschlegelsteinhausenbergerdorffvoralternwarengewissen"
NARROW = {"width": 320, "height": 700}
NORM = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
CONTRAST = ["color-contrast"]
READ = """async rules => {
    const looked = {resultTypes: ["violations"], preload: false, iframes: false};
    const found = await axe.run({runOnly: rules, ...looked});
    const serious = found.violations.filter(one => ["serious", "critical"].includes(one.impact));
    return serious.flatMap(one => one.nodes.slice(0, 3).map(node => `${one.id}: ${node.target[0]}`));
}"""
PARTS = [("fr", part, 4) for part in range(4)] + [("en", part, 2) for part in range(2)]


@pytest.fixture
def furnished(desk, cast, session) -> Invitation:
    """One of each, under names as long as they come: a store, a client with an order and an answer, a campaign that left.

    The brand's logo is wider than a phone."""
    store = cast.store("Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson", "Auvergne-Rhône-Alpes")
    claire = cast.client(
        "claire",
        last_name=ENDLESS,
        email=f"{ENDLESS}@example.org",
        store=store,
        company=ENDLESS,
        tags=[ENDLESS],
        attributes={ENDLESS: ENDLESS},
    )
    cast.interaction(claire, ENDLESS, agent=ENDLESS, data={ENDLESS: ENDLESS})
    cast.client("marc", store=store)
    desk.launch()
    desk.work()
    answer(session, claire, 3, "Trop d’attente à l’atelier", store=store, region=store.region)
    brand = session.query(Brand).order_by(Brand.id).first()
    brand.logo = images.add(session, picture(size=(600, 90)), now=datetime.now(UTC))
    asked = session.query(Invitation).order_by(Invitation.id).first()
    asked.expires_at = datetime.now(UTC) + timedelta(days=1)
    session.commit()
    return asked


def paths(app, house, invitation: Invitation) -> list[str]:
    """What a GET opens: each rule with the first row of its table, and the client's own pages."""
    token = house.links.token(Purpose.ANSWER, invitation.id)
    leave = house.links.token(Purpose.UNSUBSCRIBE, invitation.id)
    ours = {door.path for door in doors(app) if door.method == "GET"}
    rooms = [path for path in ours if not path.startswith(("/s/", "/u/", "/i/", "/static"))]
    detailed = [f"{path}?id=1" if "details" in path or "edit" in path else path for path in rooms]
    return [*sorted(detailed), f"/s/{token}/9", f"/s/{token}/2", f"/u/{leave}", NOWHERE]


def opened(page: Page, address: str) -> Response | None:
    """The server's answer, shown; None for a download."""
    try:
        return page.goto(address)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return None


def is_page(page: Page, answer: Response) -> bool:
    """A part is none, nor is a mail in its frame, where no script runs: tests/mail_lint.py reads those."""
    shut = answer.headers.get("content-security-policy", "").startswith("sandbox")
    html = "html" in answer.headers.get("content-type", "")
    return html and not shut and page.evaluate("document.doctype !== null")


def barriers(page: Page) -> list[str]:
    """What axe finds serious, in light and dark."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(READ, NORM)
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(READ, CONTRAST)
    page.emulate_media(color_scheme="light")
    return found


def sideways(page: Page) -> list[str]:
    """Whether a narrow phone must scroll sideways."""
    page.set_viewport_size(NARROW)
    too_much = beyond(page)
    page.set_viewport_size(WIDE)
    return [f"{too_much} px too wide on a phone"] if too_much else []


@pytest.mark.parametrize(("language", "part", "parts"), PARTS)
def test_every_page_is_for_everybody(stage: Stage, app, house, furnished, language, part, parts):
    """English pages have the same marks and colours: there only the width of the words is looked at."""
    stage.forgive("404")
    page = stage.page_for("sophie", language=language)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    faults = []

    for address in paths(app, house, furnished)[part::parts]:
        answer = opened(page, address)
        if answer is None or (answer.status == 404 and address != NOWHERE):
            continue  # a download, or one more of the same page for what is not there
        if answer.status >= 500:
            faults.append(f"{address} answers {answer.status}")
        elif is_page(page, answer):
            found = sideways(page) + (barriers(page) if language == "fr" else [])
            faults += [f"{address} {fault}" for fault in found]

    assert faults == []

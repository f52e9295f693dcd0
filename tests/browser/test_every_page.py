"""Every page of the house in a furnished house: read by axe in light and dark, and by a phone of 320 px."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIResponse, Page

from hopnps.links import Purpose
from hopnps.models import Invitation
from tests.browser.stage import WIDE, Stage
from tests.services.answers import answer
from tests.web.doors import doors

NARROW = {"width": 320, "height": 700}
NORM = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
PARTS = 4  # so that several processes share the work
SERIOUS = {"serious", "critical"}


@pytest.fixture
def furnished(desk, cast, session) -> Invitation:
    """One of each: a store, a client with an order and an answer, a campaign that left."""
    store = cast.store("Lyon Croix-Rousse", "Auvergne-Rhône-Alpes")
    claire = cast.client("claire", store=store, company="Cycles Delmas", tags=["fidèle"])
    cast.interaction(claire)
    cast.client("marc", store=store)
    desk.launch()
    desk.work()
    answer(session, claire, 3, "Trop d’attente à l’atelier", store=store, region=store.region)
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
    return [*sorted(detailed), f"/s/{token}/9", f"/s/{token}/2", f"/u/{leave}", "/nowhere"]


def is_page(answer: APIResponse) -> bool:
    """A download or a part is none, nor is a mail in its frame, where no script runs: tests/mail_lint.py reads those."""
    shut = answer.headers.get("content-security-policy", "").startswith("sandbox")
    html = "html" in answer.headers.get("content-type", "")
    return html and not shut and answer.text().lstrip().lower().startswith("<!doctype")


def barriers(page: Page, axe: Axe) -> list[str]:
    """What axe finds serious, in light and dark."""
    found = [*axe.run(page, options=NORM).response["violations"]]
    page.emulate_media(color_scheme="dark")
    found += axe.run(page, options=CONTRAST).response["violations"]
    page.emulate_media(color_scheme="light")
    return [
        f"{one['id']}: {node['target'][0]}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"][:3]
    ]


def sideways(page: Page) -> list[str]:
    """Whether a narrow phone must scroll sideways."""
    page.set_viewport_size(NARROW)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(WIDE)
    return [f"{width} px wide on a phone"] if width > NARROW["width"] else []


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_for_everybody(stage: Stage, app, house, furnished, language, part):
    """English pages have the same marks and colours: there only the width of the words is looked at."""
    stage.forgive("404")
    addresses = paths(app, house, furnished)[part::PARTS]
    page, axe = stage.page_for("sophie", language=language), Axe()
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    faults = []

    for address in addresses:
        answer = page.request.get(address)
        if answer.status >= 500:
            faults.append(f"{address} answers {answer.status}")
        elif is_page(answer):
            page.goto(address)
            found = sideways(page) + (barriers(page, axe) if language == "fr" else [])
            faults += [f"{address} {fault}" for fault in found]

    assert faults == []

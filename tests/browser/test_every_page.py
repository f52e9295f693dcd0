"""Every page of the house in a furnished house: read by axe in light and dark, and by a phone of 320 px."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from hopnps.links import Purpose
from hopnps.models import Invitation
from tests.browser.stage import WIDE, Stage
from tests.services.answers import answer
from tests.web.doors import doors

NARROW = {"width": 320, "height": 700}
CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
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
    return session.query(Invitation).order_by(Invitation.id).first()


def paths(app, house, invitation: Invitation) -> list[str]:
    """What a GET opens: each rule with the first row of its table, and the client's own pages."""
    token = house.links.token(Purpose.ANSWER, invitation.id)
    leave = house.links.token(Purpose.UNSUBSCRIBE, invitation.id)
    ours = {door.path for door in doors(app) if door.method == "GET"}
    rooms = [path for path in ours if not path.startswith(("/s/", "/u/", "/i/", "/static"))]
    detailed = [f"{path}?id=1" if "details" in path or "edit" in path else path for path in rooms]
    return [*sorted(detailed), f"/s/{token}/9", f"/s/{token}/2", f"/u/{leave}", "/nowhere"]


def faults_of(page: Page, axe: Axe) -> list[str]:
    """What axe finds serious in light and dark, and whether a narrow phone must scroll sideways."""
    found = [*axe.run(page).response["violations"]]
    page.emulate_media(color_scheme="dark")
    found += axe.run(page, options=CONTRAST).response["violations"]
    page.emulate_media(color_scheme="light")
    told = [
        f"{one['id']}: {node['target'][0]}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"][:3]
    ]
    page.set_viewport_size(NARROW)
    width = page.evaluate("document.documentElement.scrollWidth")
    return told + ([f"{width} px wide on a phone"] if width > NARROW["width"] else [])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_for_everybody(stage: Stage, app, house, furnished, language):
    stage.forgive("404")
    addresses = paths(app, house, furnished)
    page, axe = stage.page_for("sophie", language=language), Axe()
    faults = []

    for address in addresses:
        answer = page.request.get(address)
        if answer.status >= 500:
            faults.append(f"{address} answers {answer.status}")
        elif "html" in answer.headers.get("content-type", ""):
            page.set_viewport_size(WIDE)
            page.goto(address)
            faults += [f"{address} {fault}" for fault in faults_of(page, axe)]

    assert faults == []

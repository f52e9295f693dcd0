"""What came back, as colleagues see it: on the client's page, on the campaign's, in its list and its file."""

from __future__ import annotations

from hopnps.domain.bounce_class import BounceClass
from hopnps.domain.bounce_report import judged
from hopnps.domain.verp import return_path
from hopnps.services import bounces
from tests.conftest import NOON
from tests.web.visitor import Visitor


def test_a_bounce_stands_on_the_clients_page_and_in_the_campaigns_list(app, session, desk, cast):
    claire, campaign = cast.client("claire"), desk.campaign()
    desk.launch(campaign)
    desk.work()
    signed = return_path("bounces@example.org", desk.deliveries()[0].id, ("a-test-key",))
    verdict = judged(BounceClass.POLICY, "5.7.1", "550 5.7.1 <b>refused</b>", "", signed)
    bounces.record(session, verdict, keys=("a-test-key",), now=NOON)
    session.commit()
    camille = Visitor(app, cast.colleague("camille")).client
    where = f"/campaigns/{campaign.id}"

    assert f"{where}/people/returned" in camille.get(where).text
    assert "Revenu, refusé par le serveur de mail" in camille.get(f"{where}/people/returned").text
    assert "Revenu, refusé" in camille.get(f"{where}/people/sent").text
    assert "550 5.7.1" in camille.get(f"{where}/people/returned/file").text
    page = camille.get(f"/admin/contact/details/?id={claire.id}").text
    assert "le serveur refuse nos mails" in page
    assert "&lt;b&gt;refused" in page

"""Our tables in another database than the host's, and two applications side by side in one process."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hopnps import HopNPS
from hopnps.links import Purpose
from hopnps.models import Address, Contact, Response
from hopnps.signals import response_recorded
from tests import voting
from tests.hosts.conftest import dispose
from tests.hosts.hosts import Client, make_host, staff
from tests.people import Cast

CLAIRE = {"source": "crm", "external_id": "C-1", "email": "claire.delmas@example.org"}


@pytest.fixture(params=["bind", "address"])
def apart(request, make_database_url, tmp_path, given):
    """A host with a database of its own, without one table of ours; ours stand in another."""
    theirs, ours = f"sqlite:///{tmp_path / 'crm.sqlite'}", make_database_url()
    if request.param == "bind":
        host = make_host(theirs, SQLALCHEMY_BINDS={"nps": ours}, **given)
        key = "nps"
    else:
        host, key = make_host(theirs, **given | {"HOPNPS_DATABASE_URL": ours}), None
    host.nps = HopNPS(host, url_prefix="/nps", find_principal=staff, environ={}, bind_key=key)
    yield host
    with host.app_context():
        host.extensions["hopnps"].db.engine.dispose()
    dispose(host)


def test_what_was_handed_in_is_committed_and_rolled_back_with_the_hosts(apart):
    with apart.app_context():
        apart.nps.upsert_contact(**CLAIRE)
        apart.db.session.add(Client(name="Claire"))
        apart.db.session.rollback()
        assert _counted(apart) == (0, 0)

        apart.nps.upsert_contact(**CLAIRE)
        apart.db.session.add(Client(name="Claire"))
        with apart.db.session.begin_nested():
            apart.db.session.add(Client(name="Marc"))
        apart.db.session.commit()
    with apart.app_context():
        assert _counted(apart) == (2, 1)
        apart.nps.upsert_contact(**CLAIRE | {"external_id": "C-2"})  # left without a commit
    with apart.app_context():
        assert _counted(apart) == (2, 1)
        assert not sa.inspect(apart.db.engine).has_table("nps_contact")


def test_our_pages_look_into_the_other_database(apart):
    with apart.app_context():
        apart.nps.upsert_contact(**CLAIRE, first_name="Claire")
        apart.db.session.commit()
    ada = apart.test_client()
    ada.get("/login/ada")

    assert "Claire" in ada.get("/nps/admin/contact/").text
    assert ada.get("/nps/", follow_redirects=True).status_code == 200


def test_a_client_answers_and_unsubscribes_there(apart, cast_of):
    invitation = cast_of(apart)
    links = apart.extensions["hopnps"].links
    client = apart.test_client()

    given = voting.send(client, f"/nps/s/{links.token(Purpose.ANSWER, invitation)}", 9)
    left = client.post(
        f"/nps/u/{links.token(Purpose.UNSUBSCRIBE, invitation)}",
        data={"List-Unsubscribe": "One-Click"},
    )

    assert (given.status_code, left.status_code) == (303, 200)
    with apart.app_context():
        session = apart.extensions["hopnps"].session
        assert session.query(Response).one().score == 9
        assert session.query(Address).one().unsubscribed_at


def test_two_applications_share_nothing(make_database_url, given, tmp_path, cast_of):
    hosts = []
    for name in ("north", "south"):
        folder = tmp_path / name
        folder.mkdir()
        config = given | {"HOPNPS_INSTANCE": str(folder), "HOPNPS_TOKEN_KEYS": [name]}
        host = make_host(make_database_url(), **config, HOPNPS_FREQUENCY_DAYS=len(hosts))
        HopNPS(host, url_prefix=f"/{name}", find_principal=staff, environ={})
        hosts.append(host)
    north, south = hosts
    number, other = cast_of(north), cast_of(south)
    token = north.extensions["hopnps"].links.token(Purpose.ANSWER, number)
    heard = []

    def listen(app, response_id, evidence):
        heard.append(app)

    with response_recorded.connected_to(listen, sender=north):
        answered = voting.send(north.test_client(), f"/north/s/{token}", 9)
        foreign = south.test_client().post(f"/south/s/{token}", data={"score": "1"})

    assert (number, answered.status_code, foreign.status_code) == (other, 303, 404)
    assert heard == [north]
    assert [_answers(host) for host in hosts] == [1, 0]
    for number, host in enumerate(hosts):
        with host.app_context():
            assert host.extensions["hopnps"].cadence.days == number
        dispose(host)


@pytest.fixture
def cast_of():
    """Claire has been asked in this host; the number of her invitation."""
    from datetime import UTC, datetime, timedelta

    def ask(host):
        with host.app_context():
            now = datetime.now(UTC)
            cast = Cast(host.extensions["hopnps"].session, now=now)
            asked = cast.invitation(cast.client("claire"), expires_at=now + timedelta(days=90))
            return asked.id

    return ask


def _answers(host):
    with host.app_context():
        return host.extensions["hopnps"].session.query(Response).count()


def _counted(host):
    """Clients of the host, contacts of ours."""
    ours = host.extensions["hopnps"].session
    return host.db.session.query(Client).count(), ours.query(Contact).count()

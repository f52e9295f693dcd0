"""A host's contact source, read by the clock: nobody is lost or doubled, however often a reading is cut."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hopnps import incoming, jobs
from hopnps.models import Contact, ContactSource

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Crm:
    """Seven clients who changed a minute apart, but for two at once."""

    name = "crm"

    def __init__(self):
        self.asked = []
        self.stumbles_at = None
        self.clients = {
            f"C-{n}": {"external_id": f"C-{n}", "email": f"c{n}@example.org", "last_name": f"N{n}"}
            | {"changed_at": START + timedelta(minutes=n - (n == 3)), "tags": ["vip", "a, b"]}
            | {"attributes": {"points": n}, "store": "Lille"}
            for n in range(1, 8)
        }

    def changed_since(self, moment):
        self.asked.append(moment)
        told = sorted(self.clients.values(), key=lambda client: client["changed_at"])
        for number, client in enumerate(told):
            if number == self.stumbles_at:
                raise ConnectionError("the CRM is away")
            if moment is None or client["changed_at"] >= moment:
                yield client


@pytest.fixture
def crm():
    return Crm()


@pytest.fixture
def arguments(crm):
    return {"contact_source": crm}


@pytest.fixture
def read(house, monkeypatch):
    """The clock comes round, an hour later each time; slices are of three."""
    monkeypatch.setattr(incoming, "SLICE", 3)
    hours = iter(range(1, 100))

    def turn(slices=99):
        """`slices`: how many are kept before the worker is told to stop."""
        left = iter([False] * slices)
        jobs.run_due(
            house,
            now=START + timedelta(hours=next(hours)),
            stopping=lambda: next(left, True),
        )

    return turn


def numbers(session):
    return sorted(contact.external_id for contact in session.query(Contact))


def test_everybody_is_read_once_and_then_who_changed(session, read, crm):
    read()
    assert numbers(session) == sorted(crm.clients)
    one = session.query(Contact).filter_by(external_id="C-2").one()
    assert (one.source, one.tags, one.store.name) == ("crm", ["a, b", "vip"], "Lille")
    assert one.attributes == {"points": "2"}

    changed = {"last_name": "Delmas", "changed_at": START + timedelta(minutes=70)}
    crm.clients["C-2"] = crm.clients["C-2"] | changed
    read()

    session.expire_all()
    assert one.last_name == "Delmas"
    assert session.query(Contact).count() == 7
    assert crm.asked == [None, START + timedelta(minutes=55)]


def test_a_cut_reading_goes_on_where_it_stood(session, read, crm):
    read(slices=1)
    assert numbers(session) == ["C-1", "C-2", "C-3"]

    read()

    assert numbers(session) == sorted(crm.clients)
    assert crm.asked[1] < START + timedelta(minutes=2)  # two changed then: both are told again


def test_a_source_that_fails_is_asked_again_from_the_same_moment(session, read, crm, caplog):
    crm.stumbles_at = 5
    read()
    assert session.query(Contact).count() == 0

    crm.stumbles_at = None
    read()

    assert crm.asked == [None, None]
    assert session.query(Contact).count() == 7
    assert "read_contacts failed: ConnectionError" in caplog.text


def test_a_client_who_cannot_be_kept_keeps_nobody_else_out(session, read, crm, caplog):
    crm.clients["C-4"]["email"] = "secret-nowhere"
    read()

    assert numbers(session) == [f"C-{n}" for n in (1, 2, 3, 5, 6, 7)]
    assert "left out" in caplog.text
    assert "secret-nowhere" not in caplog.text


def test_without_moments_a_cut_reading_begins_anew(session, read, crm):
    for client in crm.clients.values():
        client["changed_at"] = None
    crm.changed_since = lambda moment: crm.asked.append(moment) or crm.clients.values()

    read(slices=1)
    read()

    assert crm.asked == [None, None]
    assert numbers(session) == sorted(crm.clients)


def test_it_is_not_asked_again_before_its_time(house, session, crm):
    jobs.run_due(house, now=START)
    jobs.run_due(house, now=START + timedelta(seconds=200))
    assert len(crm.asked) == 1
    jobs.run_due(house, now=START + timedelta(seconds=400))

    assert len(crm.asked) == 2
    assert session.get(ContactSource, "crm").read_until

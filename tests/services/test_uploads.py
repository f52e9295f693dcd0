"""Files kept until somebody says yes, and what happens when two say it at once."""

from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from hopnps import database
from hopnps.domain.errors import NotFound, Refused
from hopnps.models import Contact, Response, Store
from hopnps.services import uploads
from tests.conftest import NOON

PARIS = ZoneInfo("Europe/Paris")
ANSWERS = b"Date;Courriel;Note;Magasin\n" + b"".join(
    b"14/02/2025;client%d@example.org;%d;Brest\n" % (n, n % 11) for n in range(200)
)


def receive(session, data=ANSWERS, kind="responses", **more):
    extra = {"survey": "relation"} if kind == "responses" else {}
    upload = uploads.receive(
        session, kind=kind, filename="x.csv", data=data, extra=extra, now=NOON, **more
    )
    session.commit()
    return upload


def test_two_colleagues_who_import_the_same_file_at_once_bring_it_in_once(house, session):
    first, second = receive(session).id, receive(session).id
    engine, ready, faults = house.db.engine, Barrier(2), []

    def approve(upload_id):
        database.intend(writing=True)
        ready.wait(timeout=10)
        with Session(engine) as own:
            try:
                upload = uploads.find(own, upload_id, locked=True)
                uploads.apply(own, upload, skip_faults=False, now=NOON, timezone=PARIS)
                own.commit()
            except Exception as fault:
                faults.append(fault)

    threads = [Thread(target=approve, args=[one]) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert faults == []
    session.rollback()
    assert session.query(Contact).count() == session.query(Response).count() == 200
    assert session.query(Store).count() == 1


def test_a_file_is_imported_once_and_then_no_longer_kept(session):
    upload = receive(session)

    uploads.apply(session, upload, skip_faults=False, now=NOON, timezone=PARIS)

    assert upload.data == b"" and upload.summary["created"] == 200
    with pytest.raises(Refused, match="already"):
        uploads.apply(session, upload, skip_faults=False, now=NOON, timezone=PARIS)


def test_columns_that_only_an_export_tells_are_left_out_by_themselves(session):
    data = b"Courriel;Derni\xe8re note NPS;Couleur\nzoe@example.org;9;bleu\n"
    upload = receive(session, data, "contacts")

    headers, _cells = uploads.beginning(upload)

    assert list(uploads.matched(upload, headers).values()) == ["email", "", "attribute"]


def test_an_unknown_number_is_no_upload(session):
    with pytest.raises(NotFound):
        uploads.find(session, 999)

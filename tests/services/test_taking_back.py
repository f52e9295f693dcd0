"""The last import of contacts is taken back as if it had never been, unless something came of it."""

from datetime import timedelta

import pytest

from hopnps.domain.errors import Refused
from hopnps.models import (
    Campaign,
    CampaignSkip,
    Contact,
    Response,
    Store,
    Upload,
    UploadChange,
)
from hopnps.services import contacts, taking_back, uploads
from tests.conftest import NOON
from tests.services.imported import PARIS

LATER = NOON + timedelta(hours=1)
HEAD = "Identifiant;Courriel;Nom;Magasin;Couleur\n"
FILE = (
    HEAD + "claire;claire@nouveau.example.org;Delmas-Roy;Lyon Part-Dieu;bleu\n"
    "zoe;zoe.lefevre@example.org;Lefèvre;Lyon Part-Dieu;vert\n"
    "tom;tom.ashby@example.com;;;\n"
)


@pytest.fixture
def bring(session):
    """Import a file of contacts from the screen; the upload."""

    def bring(text=FILE, now=NOON + timedelta(minutes=1)):
        data = text.encode()
        upload = uploads.receive(
            session, kind="contacts", filename="clients.csv", data=data, source="crm", now=now
        )
        report = uploads.apply(session, upload, skip_faults=False, now=now, timezone=PARIS)
        assert report.applied
        session.commit()
        return upload

    return bring


@pytest.fixture
def claire(cast):
    """Known before the import, which changes her; Tom is known too, and nothing new is said of him."""
    cast.client("tom", tags=["vip"])
    store = cast.store("Brest")
    return cast.client(
        "claire", store=store, phone="0102", tags=["vip", "été"], attributes={"Âge": '40 "ans"'}
    )


def shown(session):
    """All contacts and stores as they are."""
    session.expire_all()
    people = session.query(Contact).order_by(Contact.id)
    columns = Contact.__table__.columns.keys()
    rows = [{name: getattr(one, name) for name in columns} for one in people]
    return rows, [store.name for store in session.query(Store).order_by(Store.id)]


def take_back(session, upload):
    taking_back.take_back(session, upload, by="Camille Arnoux", now=LATER)
    session.commit()


def test_everybody_is_as_before_and_who_was_new_is_gone(session, claire, bring):
    before = shown(session)
    upload = bring()
    assert shown(session) != before

    told = taking_back.plan(session, upload)
    take_back(session, upload)

    assert (told.removed, told.restored, told.against) == (1, 1, {})
    assert told.stores == ["Lyon Part-Dieu"]
    assert shown(session) == before
    assert (upload.undone_by, upload.undone_at) == ("Camille Arnoux", LATER)
    assert session.query(UploadChange).count() == 0


def test_it_can_be_imported_and_taken_back_again(session, claire, bring):
    before = shown(session)
    take_back(session, bring())

    second = bring(now=LATER + timedelta(hours=1))
    take_back(session, second)

    assert shown(session) == before
    with pytest.raises(Refused, match="no longer"):
        take_back(session, second)


def invite(cast, contact):
    cast.invitation(contact, created_at=LATER)


def answer(cast, contact):
    _respond(cast, contact, LATER)


def visit(cast, contact):
    cast.interaction(contact).created_at = LATER
    cast.session.commit()


def change(cast, contact):
    contact.notes, contact.updated_at = "Rappeler", LATER
    cast.session.commit()


def leave_out(cast, contact):
    campaign = Campaign(name="Mars", due_at=LATER, launched_at=LATER, created_at=LATER)
    cast.session.add(campaign)
    cast.session.flush()
    cast.session.add(
        CampaignSkip(campaign_id=campaign.id, contact_id=contact.id, reason="unsubscribed")
    )
    cast.session.commit()


def _respond(cast, contact, at):
    cast.session.add(
        Response(
            survey=cast.survey(),
            contact_id=contact.id,
            score=9,
            category="promoter",
            answered_at=at,
            answered_on=at.date(),
        )
    )
    cast.session.commit()


@pytest.mark.parametrize("name", ["claire", "zoe"], ids=["changed", "new"])
@pytest.mark.parametrize(
    ("happen", "kind"),
    [
        (invite, "invited"),
        (answer, "answered"),
        (visit, "visited"),
        (leave_out, "left_out"),
        (change, "changed"),
    ],
)
def test_what_came_of_it_stands_against_taking_it_back(
    session, cast, claire, bring, name, happen, kind
):
    upload = bring()
    happen(cast, session.query(Contact).filter_by(external_id=name).one())
    after = shown(session)

    assert taking_back.plan(session, upload).against == {kind: 1}
    with pytest.raises(Refused):
        take_back(session, upload)
    session.rollback()
    assert shown(session) == after


def test_what_happened_before_does_not_stand_against_it(session, cast, claire, bring):
    cast.invitation(claire)
    _respond(cast, claire, NOON)
    upload = bring()

    assert taking_back.plan(session, upload).against == {}
    take_back(session, upload)


def test_a_past_answer_of_somebody_new_stands_against_it(session, cast, claire, bring):
    upload = bring()
    zoe = session.query(Contact).filter_by(external_id="zoe").one()
    _respond(cast, zoe, NOON - timedelta(days=400))

    assert taking_back.plan(session, upload).against == {"answered": 1}


def test_a_new_store_stays_with_whoever_uses_it_by_now(session, cast, claire, bring):
    upload = bring()
    lyon = session.query(Store).filter_by(name="Lyon Part-Dieu").one()
    cast.client("marc", store=lyon)

    assert taking_back.plan(session, upload).stores == []
    take_back(session, upload)

    assert session.query(Store).filter_by(name="Lyon Part-Dieu").count() == 1


def test_only_the_last_import_can_be_taken_back(session, claire, bring):
    first = bring()
    second = bring(HEAD + "omar;omar@example.org;Haddad;;\n")

    assert not taking_back.is_possible(session, first)
    assert taking_back.is_possible(session, second)
    with pytest.raises(Refused, match="no longer"):
        take_back(session, first)


def test_somebody_who_was_removed_meanwhile_is_forgotten_by_the_notes_too(session, claire, bring):
    upload = bring()

    contacts.remove(session, session.query(Contact).filter_by(external_id="zoe").one())
    contacts.remove(session, claire)
    session.commit()

    assert session.query(UploadChange).count() == 0
    assert taking_back.plan(session, upload).removed == 0


def test_an_import_of_too_many_says_so_before_and_keeps_no_notes(
    session, claire, bring, monkeypatch
):
    monkeypatch.setattr("hopnps.services.import_notes.MOST", 1)

    upload = bring()

    assert not taking_back.is_possible(session, upload)
    assert session.query(Upload).one().applied_at

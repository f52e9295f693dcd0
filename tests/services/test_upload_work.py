"""Long files: read beside the page, told as they go, and done once whatever breaks."""

from datetime import timedelta

import pytest

from hopnps import import_work
from hopnps.domain.errors import Invalid
from hopnps.models import Contact, Upload, UploadWork
from hopnps.services import taking_back, upload_work, uploads
from hopnps.services.upload_work import State, Wish
from tests.conftest import NOON

PEOPLE = b"Courriel;Nom\n" + b"".join(b"client%d@example.org;N%d\n" % (n, n) for n in range(1200))
LAPSED = NOON + timedelta(hours=1)


@pytest.fixture
def upload(session):
    """A long file, about to be checked."""
    made = uploads.receive(session, kind="contacts", filename="clients.csv", data=PEOPLE, now=NOON)
    upload_work.wish(session, made, Wish.CHECK, now=NOON)
    session.commit()
    return made


def work_of(session, upload):
    session.rollback()
    session.expire_all()
    return upload_work.of(session, upload)


def want(session, upload, wanted, now=NOON):
    upload_work.wish(session, upload, wanted, now=now)
    session.commit()


def run(house, upload, now=NOON):
    return import_work.work(house, upload.id, clock=lambda: now)


def test_a_long_file_is_checked_then_imported(house, session, upload):
    assert upload_work.state(work_of(session, upload), now=NOON) is State.WAITING

    run(house, upload)

    report = upload_work.report_of(work_of(session, upload))
    assert (report.created, report.applied) == (1200, False)
    assert report.lines[0].shown["email"] == "client0@example.org"
    assert session.query(Contact).count() == 0

    want(session, upload, Wish.APPLY)
    run(house, upload)

    assert work_of(session, upload) is None
    assert session.query(Contact).count() == 1200
    assert upload.data == b"" and "first" not in upload.options
    assert taking_back.is_possible(session, upload)


def test_how_far_it_is_stands_in_its_row_while_it_goes_on(house, session, upload, monkeypatch):
    told = []
    tell = upload_work.tell
    monkeypatch.setattr("hopnps.import_work.TELL_SECONDS", 0)
    monkeypatch.setattr(
        "hopnps.services.upload_work.tell",
        lambda *args, **more: (tell(*args, **more), told.append(args[3])),
    )

    run(house, upload)

    assert told[0] == {"step": "read", "lines": 500, "total": 1200}
    assert told[-1] == {"step": "compare", "lines": 1200, "total": 1200}


def test_a_file_that_is_being_read_is_not_taken_by_another(house, session, upload):
    assert upload_work.claim(session, upload.id, now=NOON)
    session.commit()

    assert not run(house, upload)
    assert upload_work.state(work_of(session, upload), now=NOON) is State.WORKING


def test_what_a_killed_process_left_is_taken_up_by_the_worker(house, session, upload):
    from hopnps import jobs

    want(session, upload, Wish.APPLY)
    assert upload_work.claim(session, upload.id, now=NOON)
    session.commit()
    assert upload_work.state(work_of(session, upload), now=LAPSED) is State.BROKEN

    jobs.run_due(house, now=LAPSED)

    session.rollback()
    assert session.query(Contact).count() == 1200
    assert session.query(Upload).one().applied_at == LAPSED


def test_the_worker_leaves_alone_what_was_only_just_wanted(house, session, upload):
    from hopnps import jobs

    jobs.run_due(house, now=NOON)

    assert upload_work.state(work_of(session, upload), now=NOON) is State.WAITING


def test_what_was_chosen_anew_counts_and_not_what_was_read_meanwhile(house, session, upload):
    lease = upload_work.claim(session, upload.id, now=NOON)
    session.commit()
    want(session, upload, Wish.CHECK)

    upload_work.finish(session, upload.id, lease, {"refusal": {"message": "old", "values": {}}})
    session.commit()

    work = work_of(session, upload)
    assert (work.wish, work.report) == ("check", {})


def test_a_faulty_file_is_not_imported_and_its_faults_are_kept(house, session):
    data = PEOPLE + b"marc@@example.org;Marc\n"
    upload = uploads.receive(session, kind="contacts", filename="x.csv", data=data, now=NOON)
    want(session, upload, Wish.APPLY)

    run(house, upload)

    report = upload_work.report_of(work_of(session, upload))
    assert (report.faulty, report.faults[0].line) == (1, 1202)
    assert session.query(Contact).count() == 0

    want(session, upload, Wish.APPLY_GOOD)
    run(house, upload)
    session.rollback()
    assert session.query(Contact).count() == 1200


def test_columns_that_make_no_sense_are_refused_in_words(house, session, upload):
    uploads.choose(upload, {"Courriel": "", "Nom": "last_name"})
    session.commit()

    run(house, upload)

    with pytest.raises(Invalid):
        upload_work.report_of(work_of(session, upload))


def test_a_fault_nobody_foresaw_leaves_the_file_to_be_tried_again(
    house, session, upload, monkeypatch
):
    want(session, upload, Wish.APPLY)
    with monkeypatch.context() as broken:
        broken.setattr("hopnps.services.contact_import.merge", lambda *_: 1 / 0)
        run(house, upload)

    work = work_of(session, upload)
    assert upload_work.state(work, now=NOON) is State.BROKEN
    assert session.query(Contact).count() == 0
    assert upload_work.left_alone(session, now=LAPSED) is None  # a person decides

    want(session, upload, Wish(work.wish))
    run(house, upload)
    session.rollback()
    assert session.query(Contact).count() == 1200


def test_files_nobody_wanted_go_with_their_work(session, upload):
    later = NOON + timedelta(days=8)

    uploads.receive(session, kind="contacts", filename="x.csv", data=b"Courriel\n", now=later)

    assert session.query(UploadWork).count() == 0


def test_the_size_of_a_file_tells_whether_it_is_long():
    assert not upload_work.is_long(b"x" * 300_000)
    assert upload_work.is_long(b"x" * 500_000)
    assert upload_work.is_long(b"PK" + b"x" * 60_000)

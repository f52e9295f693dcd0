"""What a client was asked stays what they see, whatever is changed in the survey afterwards."""

import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from hopnps.domain import survey_content
from hopnps.models import Survey, SurveyVersion
from hopnps.services import brands, invitations, survey_versions, surveys
from tests.conftest import NOON


@pytest.fixture
def survey(session):
    return surveys.find(session, "relation")


def numbers(session, survey):
    return [version.number for version in survey_versions.history(session, survey)]


def ask_otherwise(survey, question="Et maintenant ?"):
    survey.text_in("fr").question = question


def test_a_survey_gets_a_new_version_only_when_it_says_something_new(session, survey):
    first = surveys.pinned(session, survey, by="Sophie Marchal", now=NOON)
    again = surveys.pinned(session, survey, now=NOON)
    ask_otherwise(survey)
    second = surveys.pinned(session, survey, now=NOON)

    assert first is again
    assert (first.number, first.created_by, second.number) == (1, "Sophie Marchal", 2)
    assert first.content["questions"]["fr"]["question"] != "Et maintenant ?"


def test_words_colours_pictures_and_the_brands_look_are_all_pinned(session, survey):
    surveys.pinned(session, survey, now=NOON)

    survey.page_for("passive", "en").background_colour = "#123456"
    assert surveys.pinned(session, survey, now=NOON).number == 2
    survey.brand.name = "Vélos du Canal"
    assert surveys.pinned(session, survey, now=NOON).number == 3
    survey.name, survey.sender = "Autrement", "Autre <autre@example.org>"

    assert surveys.pinned(session, survey, now=NOON).number == 3


def test_saving_a_survey_keeps_what_it_says_with_who_said_it(session, survey):
    form = form_of(survey)
    surveys.save(session, survey, form, by="Sophie Marchal", now=NOON)
    surveys.save(session, survey, form, by="Camille Arnoux", now=NOON)

    assert [one.created_by for one in survey_versions.history(session, survey)] == [
        "Sophie Marchal"
    ]


def test_a_brand_that_changes_its_look_changes_what_its_surveys_say(session, survey):
    surveys.pinned(session, survey, now=NOON)

    brands.save(session, survey.brand, name="Vélos du Canal", by="Sophie Marchal", now=NOON)

    latest = survey_versions.history(session, survey)[0]
    assert (latest.number, latest.created_by) == (2, "Sophie Marchal")


def test_an_invitation_keeps_showing_what_it_was_sent_with(session, survey, cast):
    claire = cast.client("claire")
    invitation = invite(session, survey, cast.invitation(claire).address, claire)
    asked = survey.text_in("fr").question

    ask_otherwise(survey)
    session.commit()

    assert survey_versions.shown_to(invitation).question_in("fr").question == asked
    assert survey_versions.content_now(survey).question_in("fr").question == "Et maintenant ?"


def test_an_invitation_from_before_there_were_versions_shows_the_survey_as_it_is(cast):
    invitation = cast.invitation(cast.client("tom"))

    shown = survey_versions.shown_to(invitation)

    assert shown.question_in("en").question == "en question"
    assert shown.page_for("detractor", "de").title == "en detractor title"


def test_content_is_the_same_after_it_was_kept(session, survey):
    content = survey_versions.content_now(survey)
    version = surveys.pinned(session, survey, now=NOON)
    session.commit()
    session.expire_all()

    assert survey_content.read(version.content) == content


def test_content_of_another_release_is_still_read(session, survey):
    data = survey_versions.content_now(survey).as_data()
    data["look"]["jingle"] = "la"
    del data["look"]["dark_pages"]

    assert survey_content.read(data).look.dark_pages is True


def test_two_who_pin_at_once_make_one_version(app, session, survey):
    surveys.pinned(session, survey, now=NOON)
    ask_otherwise(survey)
    session.commit()
    number, ready, faults = survey.id, threading.Barrier(2), []
    session.rollback()

    def pin():
        try:
            with app.app_context():
                own = app.extensions["hopnps"].session
                ready.wait()
                surveys.pinned(own, own.get_one(Survey, number), now=NOON)
                own.commit()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=pin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    asked = sa.select(sa.func.count()).select_from(SurveyVersion)
    assert session.scalar(asked.where(SurveyVersion.survey_id == number)) == 2


def form_of(survey):
    """What stands in the survey's form before anything is changed."""
    return surveys.SurveyForm(
        name=survey.name,
        kind=survey.kind,
        brand=survey.brand,
        template=survey.template,
        questions={
            text.language: surveys.Question(text.question, text.low_label, text.high_label)
            for text in survey.texts
        },
        pages={
            (page.category, page.language): replace(
                surveys.Page(), title=page.title, text=page.text, comment_prompt=page.comment_prompt
            )
            for page in survey.pages
        },
    )


def invite(session, survey, address, contact):
    return invitations.create(
        session,
        cause="one-shot:test",
        contact=contact,
        address=address,
        version=survey.template.current,
        survey=survey,
        expiry_days=90,
        now=NOON,
    )

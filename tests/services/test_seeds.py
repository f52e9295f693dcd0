"""Seeds: an upgraded database is ready to send, and stays as people leave it."""

import sqlalchemy as sa

from hopnps.domain import colours, rules
from hopnps.domain.languages import LANGUAGES
from hopnps.domain.score import Category
from hopnps.models import Brand, Segment, Survey, Template
from hopnps.services import brands, seeds, templates
from tests.conftest import NOON


def test_an_upgraded_database_is_ready_to_send(session):
    assert set(session.scalars(sa.select(Survey.slug))) == {"relation", "ticket"}
    assert set(session.scalars(sa.select(Template.slug))) == {"relation", "ticket", "reaction"}
    assert "everyone" in set(session.scalars(sa.select(Segment.slug)))
    assert session.scalars(sa.select(Brand.slug)).one() == "house"


def test_every_seeded_mail_fits_its_survey_in_both_languages(session):
    for survey in session.scalars(sa.select(Survey)):
        templates.check_fit(survey.template.current, survey)
        assert [text.language for text in survey.texts] == sorted(LANGUAGES)
        assert {text.language for text in survey.template.current.texts} == set(LANGUAGES)


def test_the_word_to_detractors_carries_no_survey(session):
    templates.check_fit(templates.find(session, "reaction").current, None)


def test_every_survey_thanks_each_category_in_each_language_legibly(session):
    for survey in session.scalars(sa.select(Survey)):
        pages = {(page.category, page.language): page for page in survey.pages}

        assert set(pages) == {(one, code) for one in Category for code in LANGUAGES}
        for page in pages.values():
            contrast = colours.contrast(page.text_colour, page.background_colour)
            assert contrast >= colours.READABLE
            assert page.title and page.text and page.comment_prompt


def test_every_seeded_segment_follows_the_grammar(session):
    for segment in session.scalars(sa.select(Segment)):
        rules.read(segment.rule)


def test_sowing_again_changes_nothing_and_keeps_edits(session):
    brands.find(session, "house").name = "Cycles Tilleul"
    survey = session.scalars(sa.select(Survey).filter_by(slug="relation")).one()
    survey.text_in("fr").question = "Nous garderiez-vous ?"
    session.commit()
    before = _counts(session)

    seeds.sow(session, now=NOON, house="Autre maison")
    session.commit()

    assert _counts(session) == before
    assert brands.find(session, "house").name == "Cycles Tilleul"
    assert survey.text_in("fr").question == "Nous garderiez-vous ?"


def _counts(session):
    tables = (Brand, Survey, Template, Segment)
    return [session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]

"""Surveys and brands: complete in each language they speak, legible in each colour they wear."""

from dataclasses import replace

import pytest

from hopnps.domain.errors import Invalid, NotFound, Refused
from hopnps.domain.score import Category
from hopnps.models import ThankYouPage
from hopnps.services import brands, surveys, templates
from hopnps.services.surveys import Page, Question
from tests.conftest import NOON

QUESTION = Question("Nous recommanderiez-vous ?", "pas du tout", "tout à fait")
PAGE = Page("Merci.", "C’est noté.", "Pourquoi ?", "#ffffff", "#17624a")


@pytest.fixture
def form(session):
    return surveys.SurveyForm(
        name="Après une réparation",
        kind="relational",
        brand=brands.house(session),
        template=templates.find(session, "relation"),
        questions={"fr": QUESTION, "en": Question()},
        pages={(category, "fr"): PAGE for category in Category},
    )


def change(form, code="fr", category=Category.PASSIVE, **words):
    page = replace(form.pages[category, code], **words)
    return replace(form, pages={**form.pages, (category, code): page})


def test_a_survey_speaks_the_languages_that_have_a_question(session, form):
    survey = surveys.save(session, None, form, now=NOON)
    session.expire_all()

    assert survey.slug == "apres-une-reparation"
    assert [text.language for text in survey.texts] == ["fr"]
    assert survey.text_in("en").question == QUESTION.question
    assert survey.page_for("passive", "en").title == "Merci."


def test_a_language_is_added_and_taken_away_with_its_pages(session, form):
    survey = surveys.save(session, None, form, now=NOON)
    both = replace(
        form,
        questions={"fr": QUESTION, "en": Question("Would you?", "no", "yes")},
        pages={(one, code): PAGE for one in Category for code in ("fr", "en")},
    )

    surveys.save(session, survey, both, now=NOON)
    assert session.query(ThankYouPage).filter_by(survey=survey).count() == 6
    surveys.save(session, survey, form, now=NOON)

    assert session.query(ThankYouPage).filter_by(survey=survey).count() == 3


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"title": " "}, "title_passive_fr"),
        ({"text": ""}, "text_passive_fr"),
        ({"text": "x" * 3000}, "text_passive_fr"),
        ({"comment_prompt": "{{ contact.first_name }} ?"}, "comment_prompt_passive_fr"),
        ({"text_colour": "blanc"}, "text_colour_passive_fr"),
        ({"background_colour": "#ffffff"}, "text_colour_passive_fr"),
        ({"background_colour": ""}, "background_colour_passive_fr"),
        ({"text_colour": ""}, "text_colour_passive_fr"),
    ],
)
def test_a_fault_of_a_page_is_told_at_its_field(session, form, words, field):
    with pytest.raises(Invalid) as refusal:
        surveys.save(session, None, change(form, **words), now=NOON)

    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Relation"}, "name"),
        ({"kind": "strange"}, "kind"),
        ({"sender": "nobody"}, "sender"),
        ({"frequency_days": "often"}, "frequency_days"),
        ({"frequency_days": "3651"}, "frequency_days"),
        ({"edit_days": "-1"}, "edit_days"),
        ({"sender": "Eve\r\nBcc: all@example.org"}, "sender"),
        ({"questions": {}}, "question_fr"),
        ({"questions": {"fr": Question("Oui ?", "", "oui")}}, "low_label_fr"),
    ],
)
def test_a_fault_of_a_survey_is_told_at_its_field(session, form, words, field):
    with pytest.raises(Invalid) as refusal:
        surveys.save(session, None, replace(form, **words), now=NOON)

    assert refusal.value.field == field


def test_a_page_without_a_prompt_or_colours_asks_nothing_and_wears_the_brand(session, form):
    bare = change(form, comment_prompt="", text_colour="", background_colour="")

    page = surveys.save(session, None, bare, now=NOON).page_for("passive", "fr")

    assert (page.comment_prompt, page.text_colour, page.background_colour) == ("", "", "")


def test_a_survey_needs_a_mail_with_buttons(session, form):
    with pytest.raises(Refused):
        surveys.save(
            session, None, replace(form, template=templates.find(session, "reaction")), now=NOON
        )
    with pytest.raises(NotFound):
        surveys.find(session, "nowhere")


def test_a_brand_keeps_one_line_names_and_legible_colours(session):
    brand = brands.save(
        session,
        name="Vélos\r\n du Canal",
        sender="Vélos <a@example.org>",
        background_colour="#123",
        now=NOON,
    )

    assert (brand.slug, brand.name) == ("velos-du-canal", "Vélos du Canal")
    assert brand.background_colour == "#112233"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "House"}, "name"),
        ({"name": "X", "sender": "nobody"}, "sender"),
        ({"name": "X", "background_colour": "#eeeeee"}, "text_colour"),
        ({"name": "X", "background_colour": "red"}, "background_colour"),
    ],
)
def test_a_fault_of_a_brand_is_told_at_its_field(session, values, field):
    with pytest.raises(Invalid) as refusal:
        brands.save(session, **values, now=NOON)

    assert refusal.value.field == field


@pytest.mark.parametrize(("typed", "kept"), [("", 30), ("0", 0), (" 60 ", 60)])
def test_a_survey_says_for_how_many_days_an_answer_may_be_changed(session, form, typed, kept):
    saved = surveys.save(session, None, replace(form, edit_days=typed), now=NOON)

    assert saved.edit_days == kept


@pytest.mark.parametrize(("typed", "kept"), [("", None), ("0", 0), (" 30 ", 30)])
def test_a_survey_may_keep_days_of_its_own_between_two_surveys(session, form, typed, kept):
    assert (
        surveys.save(session, None, replace(form, frequency_days=typed), now=NOON).frequency_days
        == kept
    )

"""Templates: a version is written once; what cannot be sent is refused where it was typed."""

import pytest

from hopnps.domain.errors import Invalid, NotFound, Refused
from hopnps.models import SurveyKind
from hopnps.services import surveys, templates
from tests.conftest import NOON

BODY = (
    "<mjml><mj-body><mj-section><mj-column><mj-text>Bonjour {words}"
    '<a href="{{{{ links.unsubscribe }}}}">Stop</a></mj-text></mj-column></mj-section></mj-body></mjml>'
)


def save(session, slug="avis", name="Avis", **texts):
    texts = texts or {"fr": ("Bonjour", BODY.format(words=""))}
    return templates.save(session, slug=slug, name=name, texts=texts, by="Sophie", now=NOON)


def test_a_changed_word_makes_a_version_and_the_old_one_keeps_its_words(session):
    template = save(session)
    first = template.current

    save(session, fr=("Bonsoir", BODY.format(words="")))

    assert [version.number for version in template.versions] == [1, 2]
    assert template.current.text_in("fr").subject == "Bonsoir"
    assert first.text_in("fr").subject == "Bonjour"


def test_the_same_words_make_no_version(session):
    save(session)

    assert save(session, name="Autre nom").current.number == 1
    body = BODY.format(words="").replace("<mj-body>", "<mj-body>\r\n")
    assert save(session, fr=("Bonjour", body)).current.number == 2
    assert save(session, fr=("Bonjour ", body.replace("\r\n", "\n"))).current.number == 2


def test_a_language_left_empty_is_not_written_and_its_clients_get_the_other(session):
    template = save(session, fr=("Bonjour", BODY.format(words="")), en=("", " \n"))

    assert [text.language for text in template.current.texts] == ["fr"]
    assert template.current.text_in("en").language == "fr"


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"fr": ("", BODY)}, "subject_fr"),
        ({"en": ("{{ contact.nom }}", BODY)}, "subject_en"),
        ({"fr": ("{{ links.unsubscribe }}", BODY)}, "subject_fr"),
        ({"fr": ("x" * 500, BODY)}, "subject_fr"),
        ({"fr": ("Bonjour", BODY.format(words="")), "en": ("Hello", "<mjml>")}, "body_en"),
        ({"fr": ("", ""), "en": ("", "")}, "body_fr"),
    ],
)
def test_a_fault_is_told_at_its_field(session, texts, field):
    with pytest.raises(Invalid) as refusal:
        save(session, **texts)

    assert refusal.value.field == field


def test_a_template_in_use_cannot_lose_its_buttons(session):
    with pytest.raises(Refused, match="no score buttons"):
        save(session, slug="relation", fr=("Bonjour", BODY.format(words="")))


def test_a_survey_a_word_and_an_order_each_need_the_mail_that_fits(session, cast):
    relation, reaction = (
        templates.find(session, slug).current for slug in ("relation", "reaction")
    )
    survey = surveys.find(session, "relation")
    order = cast.interaction(cast.client("claire"))

    templates.check_fit(relation, survey, order)
    templates.check_fit(reaction, None, order)
    with pytest.raises(Refused, match="no score buttons"):
        templates.check_fit(reaction, survey)
    with pytest.raises(Refused, match="needs a survey"):
        templates.check_fit(relation, None)
    with pytest.raises(Refused, match="does not say the date"):
        templates.check_fit(save(session).current, None, order)
    survey.kind = SurveyKind.TRANSACTIONAL
    dateless = save(session, slug="sans", fr=("x", BODY.format(words="{{ links.score_bar }}")))
    with pytest.raises(Refused, match="does not say the date"):
        templates.check_fit(dateless.current, survey)


def test_a_name_that_is_taken_or_says_nothing_is_refused(session):
    with pytest.raises(Invalid):
        templates.free_slug(session, "Relation")
    with pytest.raises(Invalid):
        templates.free_slug(session, "!!!")
    with pytest.raises(Invalid):
        save(session, slug="Not A Slug")
    with pytest.raises(NotFound):
        templates.find(session, "nowhere")

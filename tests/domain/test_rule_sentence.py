"""A rule is read back as a sentence: any rule has one, and those that people make read well in both languages."""

import re
from functools import partial

import pytest
from hypothesis import given, settings

from hopnps.domain import rules
from hopnps.domain.errors import Invalid
from hopnps.domain.rule_sentence import sentence
from hopnps.domain.rule_speech import Speech
from hopnps.i18n import catalogue
from tests.domain.any_rule import any_rule


def _filled(translated, *words, **values):
    said = translated(*words)
    return said % ({"num": words[-1]} | values) if values or len(words) > 1 else said


def speech(language):
    words = catalogue(language)
    return Speech(
        partial(_filled, words.ugettext if hasattr(words, "ugettext") else words.gettext),
        partial(_filled, words.ungettext if hasattr(words, "ungettext") else words.ngettext),
        str,
        lambda day: f"{day:%d/%m/%Y}",
    )


LANGUAGES = {language: speech(language) for language in ("fr", "en")}


def said(rule, language="en"):
    return sentence(rules.read(rule), LANGUAGES[language])


@settings(max_examples=100)
@given(any_rule)
def test_every_rule_has_a_sentence_in_both_languages(rule):
    try:
        rules.read(rule)
    except Invalid:
        return
    for language in LANGUAGES:
        words = said(rule, language)
        assert words.endswith(".")
        assert "%(" not in words.replace("50 %(n)s", "")
        assert words.count("(") == words.replace("50 %(n)s", "50 %n)s").count("(") or "(" in words
        assert not re.search(r"  | ,|\(\)", words.replace("«", ""))


ORDERS = {"interactions": {"kind": "order", "within_days": 60}, "at_least": 2}
NANTES = {"contact": "store", "in": ["Nantes", "Rennes"]}
ASKED = {"contact": "asked", "within_days": 60}
VIP = {"contact": "tags", "has": "VIP"}


@pytest.mark.parametrize(
    ("rule", "english", "french"),
    [
        ({}, "All contacts.", "Tous les contacts."),
        (
            {"all": [ORDERS, NANTES, {"not": ASKED}]},
            "Contacts who have at least 2 orders in the last 60 days, whose store is “Nantes” or “Rennes” "
            "and who were not sent a survey in the last 60 days.",
            "Les contacts qui ont au moins 2 commandes au cours des 60 derniers jours, dont le magasin est "
            "« Nantes » ou « Rennes » et qui n’ont pas reçu d’enquête au cours des 60 derniers jours.",
        ),
        (
            {
                "all": [
                    {"any": [VIP, {"attribute": "dépenses", "at_least": 1000}]},
                    {"answers": {}, "exactly": 0},
                ]
            },
            "Contacts (who bear the tag “VIP” or whose “dépenses” is 1000 or more) and who have no answers.",
            "Les contacts (qui portent l’étiquette « VIP » ou dont « dépenses » est de 1000 ou plus) "
            "et qui n’ont pas de réponse.",
        ),
        (
            {"not": {"any": [VIP, {"all": [NANTES, {"contact": "reachable", "is": True}]}]}},
            "Contacts who do not bear the tag “VIP” and (whose store is neither “Nantes” nor “Rennes” "
            "or who cannot be reached by mail).",
            "Les contacts qui ne portent pas l’étiquette « VIP » et (dont le magasin n’est ni « Nantes » "
            "ni « Rennes » ou qui ne sont pas joignables par mail).",
        ),
        (
            {"answers": {"commented": True, "score": {"at_most": 6}}, "at_least": 1},
            "Contacts who have at least one answer with a comment whose score is 6 or less.",
            "Les contacts qui ont au moins 1 réponse avec commentaire dont la note est de 6 ou moins.",
        ),
        (
            {"contact": "category_changed", "from": "promoter", "to": "detractor"},
            "Contacts who once changed category (from promoters to detractors).",
            "Les contacts qui ont déjà changé de catégorie (de promoteurs vers détracteurs).",
        ),
        (
            {"contact": "last_category", "in": ["detractor", "passive"]},
            "Contacts who are detractors or passives.",
            "Les contacts qui sont détracteurs ou passifs.",
        ),
        (
            {"contact": "created", "since": "01/02/2026", "until": "2026-02-28"},
            "Contacts who were added here between 01/02/2026 and 28/02/2026.",
            "Les contacts ajoutés au fichier entre le 01/02/2026 et le 28/02/2026.",
        ),
    ],
)
def test_a_rule_reads_as_one_would_say_it(rule, english, french):
    assert said(rule, "en") == english
    assert said(rule, "fr").replace("\u00a0", " ") == french


def test_a_long_list_is_said_by_its_first_names():
    rule = {"contact": "company", "in": [f"C{number}" for number in range(40)]}

    assert "“C6” or 33 others" in said(rule)
    assert "« C6 » ou 33 autres" in said(rule, "fr").replace("\u00a0", " ")

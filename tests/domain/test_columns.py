"""Which column holds what: read from its header, or said by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopnps.domain import columns
from hopnps.domain.errors import Invalid

NAMES = {
    "email": ("Courriel", "E-mail", "Adresse mail"),
    "first_name": ("Prénom",),
    "last_name": ("Nom",),
    "store": ("Magasin", "Point de vente"),
}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Courriel", "email"),
        ("E-MAIL", "email"),
        ("e mail", "email"),
        ("ADRESSE  MAIL ", "email"),
        ("email", "email"),
        ("PRENOM", "first_name"),
        ("first_name", "first_name"),
        ("First name", "first_name"),
        ("point_de_vente", "store"),
    ],
)
def test_headers_are_known_in_both_languages_without_accents_or_case(header, field):
    assert columns.match([header], NAMES, {}) == {0: field}


def test_unknown_columns_hold_no_field():
    assert columns.match(["Couleur", "", "Nom"], NAMES, {}) == {2: "last_name"}


def test_what_is_said_by_hand_wins():
    headers = ["E-mail", "Mail perso", "Nom"]

    found = columns.match(headers, NAMES, {"Mail perso": "email", "nom": ""})

    assert found == {1: "email", 2: columns.LEFT_OUT}


def test_a_known_column_can_be_made_an_own_attribute_by_hand():
    assert columns.match(["Nom", "E-mail"], NAMES, {"Nom": columns.OWN}) == {1: "email"}


def test_a_field_may_move_from_its_column_to_another_by_hand():
    assert columns.match(["Nom", "Patronyme"], NAMES, {"Patronyme": "last_name"}) == {
        1: "last_name"
    }


@pytest.mark.parametrize("headers", [["E-mail", "Courriel"], ["E-mail", "E-mail (2)"]])
def test_two_columns_for_one_field_are_refused_with_both_names(headers):
    with pytest.raises(Invalid) as refusal:
        columns.match(headers, NAMES, {})

    assert all(header in str(refusal.value) for header in headers)


def test_two_columns_said_to_hold_one_field_are_refused():
    with pytest.raises(Invalid, match="both hold"):
        columns.match(["a", "b"], NAMES, {"a": "email", "b": "email"})


def test_an_unknown_field_is_refused_with_those_there_are():
    with pytest.raises(Invalid, match=r"“mail”.*email, first_name"):
        columns.match(["Courriel"], NAMES, {"Courriel": "mail"})


def test_an_unknown_column_is_refused_with_those_there_are():
    with pytest.raises(Invalid, match=r"“Mail”.*Courriel, Nom"):
        columns.match(["Courriel", "Nom"], NAMES, {"Mail": "email"})


def test_column_and_field_are_parted_by_the_last_sign():
    assert columns.pairs(["A=B=email", " Nom = last_name ", "x="]) == {
        "A=B": "email",
        "Nom": "last_name",
        "x": "",
    }


@pytest.mark.parametrize("text", ["Nom", "=email", ""])
def test_a_pair_without_both_sides_is_refused(text):
    with pytest.raises(Invalid, match="COLUMN=FIELD"):
        columns.pairs([text])


@given(st.lists(st.text(max_size=10), max_size=6))
def test_any_headers_match_or_are_refused_in_words(headers):
    try:
        found = columns.match(headers, NAMES, {})
    except Invalid as refusal:
        assert str(refusal)
    else:
        assert set(found.values()) <= set(NAMES)
        assert len(set(found.values())) == len(found)

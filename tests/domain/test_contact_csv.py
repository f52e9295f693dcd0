"""Cells of a file of contacts: what they mean, and what is wrong with them."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopnps.domain.cells import language_of, tags_of, written_tags
from hopnps.domain.contact_csv import (
    ContactReader,
    attribute_names,
    read_reference,
    written_reference,
)
from hopnps.domain.errors import Invalid

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
TEXT = st.text(max_size=15)


def reader(**columns) -> ContactReader:
    """A reader of files with these columns, in this order; a field not ours is an attribute."""
    fields = {n: field for n, field in enumerate(columns.values()) if field}
    extras = {n: name for n, (name, field) in enumerate(columns.items()) if not field}
    return ContactReader(fields, extras, " crm ", len)


def test_a_line_becomes_a_record():
    french = reader(Nom="last_name", Courriel="email", Magasin="store", Ville=None, Tags="tags")

    record, wrong = french.read([" Lefèvre ", " ZOE@Example.org", "Lyon", "Créteil", "b;a"])

    assert wrong == []
    assert dict(zip(french.fields, record, strict=True)) == {
        "source": "crm",
        "external_id": "",
        "email": "ZOE@Example.org",
        "address": "zoe@example.org",
        "last_name": "Lefèvre",
        "store": 4,
        "tags": ["a", "b"],
        "attributes": '{"Ville": "Cr\\u00e9teil"}',
    }


def test_every_faulty_cell_is_named():
    _, wrong = reader(ID="external_id", Courriel="email", Langue="language").read(
        ["x" * 201, "nowhere", "klingon"]
    )

    assert [one.column for one in wrong] == [0, 1, 2]


def test_a_line_of_nobody_is_at_fault():
    _, (wrong,) = reader(ID="external_id", Nom="last_name").read([" ", "Lefèvre"])

    assert wrong.column is None


@given(st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT), min_size=1, max_size=5))
def test_many_lines_are_read_as_each_of_them(lines):
    one = reader(ID="external_id", Courriel="email", Langue="language", Ville=None)
    each = [one.read(cells) for cells in lines]

    if any(wrong for _, wrong in each):
        with pytest.raises(Invalid):
            one.read_all(lines)
    else:
        assert [list(record) for record in one.read_all(lines)] == [record for record, _ in each]


@given(TEXT, TEXT)
def test_attributes_are_written_as_json(name, text):
    record, wrong = ContactReader({0: "external_id"}, {1: name}, "", len).read(["1", text])

    filled = {name: text.strip()} if text.strip() else {}
    assert wrong or json.loads(record[-1] or "{}") == filled


@pytest.mark.parametrize("word", ["fr", "FR", "fr-FR", "Français", "FRANCAIS", "french", "fr_CA"])
def test_french_by_any_name(word):
    assert language_of(word) == "fr"


@pytest.mark.parametrize("word", ["klingon", "f", "12", "français du nord"])
def test_what_is_no_language_is_refused(word):
    with pytest.raises(Invalid):
        language_of(word)


@given(st.lists(st.text(max_size=8).map(lambda tag: tag.strip().replace("|", "/")).filter(bool)))
def test_tags_come_back_as_they_were_written(tags):
    tags = sorted(set(tags))

    assert tags_of(written_tags(tags)) == tags


@given(st.integers(1, 10**12), MOMENTS)
def test_our_reference_comes_back_as_it_was_written(number, moment):
    assert read_reference(written_reference(number, moment)) == (number, moment)


@pytest.mark.parametrize("cell", ["12", "12-", "x-1f", "٣-1f", "1-fffffffffffffffffff"])
def test_what_is_no_reference_of_ours_is_refused(cell):
    with pytest.raises(Invalid):
        read_reference(cell)


def test_an_attribute_may_be_called_like_a_field():
    headers = {0: "Ville", 1: "Attribut : Email", 2: "attribute: Nom", 3: "Attributs"}

    assert attribute_names(headers) == {0: "Ville", 1: "Email", 2: "Nom", 3: "Attributs"}

"""Merge fields: what an author writes is checked in words, what a client is called comes out as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopnps.domain import merge, merge_fields
from hopnps.domain.errors import Invalid
from hopnps.domain.languages import LANGUAGES

HOSTILE = "<b>&\"'\n{{ contact.email }}{% if %}"


def named(name):
    return merge.as_values({"contact": {"first_name": name}})


def test_an_unknown_client_gets_the_default():
    source = 'Bonjour {{ contact.first_name | default: "à vous" }}'

    assert merge.text(source, named("")) == "Bonjour à vous\n"
    assert merge.text(source, {}) == "Bonjour à vous\n"
    assert merge.text(source, named("Zoé")) == "Bonjour Zoé\n"


def test_an_empty_field_is_no_field_for_a_condition():
    source = "{% if contact.first_name %}oui{% else %}non{% endif %}"

    assert merge.line(source, named("")) == "non"
    assert merge.line(source, named("Zoé")) == "oui"


def test_a_name_is_text_in_html_in_text_and_in_a_subject():
    assert "<b>" not in merge.html("{{ contact.first_name }}", named(HOSTILE))
    assert "{{ contact.email }}" in merge.html("{{ contact.first_name }}", named(HOSTILE))
    assert merge.text("{{ contact.first_name }}", named(HOSTILE)) == HOSTILE + "\n"
    assert merge.line("{{ contact.first_name }}", named(HOSTILE)) == HOSTILE.replace("\n", " ")


@pytest.mark.parametrize("chosen", sorted(merge.FILTERS - {"append", "prepend", "remove", "join"}))
def test_no_filter_lets_a_name_out_of_its_quotes(chosen):
    said = merge.html(f"{{{{ contact.first_name | {chosen} }}}}", named("<i>\"'&</i>" * 9))

    assert not {"<", '"', "'"} & set(said.replace("<br />", ""))


@given(st.text())
def test_nothing_in_a_value_reaches_html_as_markup(value):
    source = '{{ contact.first_name | append: "!" | upcase }}|{{ contact.first_name }}'

    said = merge.html(source, named(value))

    assert not set("<>\"'") & set(said)


def test_marks_that_turn_a_line_around_are_dropped_and_hebrew_stays():
    assert merge.line("{{ contact.first_name }}!", named("a\u202egnp\u2066")) == "agnp!"
    assert merge.line("{{ contact.first_name }}!", named("דוד")) == "דוד!"


def test_an_attribute_is_reached_by_its_name_with_blanks_and_accents():
    values = merge.as_values({"contact": {"attributes": {"vélo préféré": "gravel", "n": 3}}})
    source = '{{ contact.attributes["vélo préféré"] }} {{ contact.attributes.n }}'

    merge.lint(source)
    assert merge.line(source, values) == "gravel 3"


def test_outside_data_that_is_deep_or_strange_becomes_plain():
    nested = {}
    nested["self"] = nested

    merge.as_values({"contact": {"attributes": nested, "x": object(), "y": [1, "a", None]}})


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a\n{{ contact.fristname }}", "Line 2: .*did you mean contact.first_name"),
        ("{{ invoice.total }}", "Line 1: there is no field invoice.total"),
        ("{{ contact }}", "no field contact"),
        ("{{ contact.attributes }}", "no field contact.attributes"),
        ("{{ contact.attributes.* }}", "Line 1"),
        ("{{ contact.first_name | safe }}", "no such filter"),
        ("{{ contact.first_name | base64_decode }}", "no such filter"),
        ("{{ contact.first_name", "Line 1: this field"),
        ("x\n{% include 'secret' %}", "Line 2"),
        ("{% render 'secret' %}", "Line 1"),
        ("{% if contact.first_name %}", "endif"),
        ("{% for a in (1..9999) %}{% for b in (1..9999) %}x{% endfor %}{% endfor %}", "too often"),
        (
            "{% assign a = 'xx' %}{% for i in (1..99) %}{% assign a = a | append: a %}{% endfor %}",
            "too often",
        ),
        ("{% for i in (1..99999999999) %}x{% endfor %}", "too often"),
        ("{% if brand.name %}" * 40 + "{% endif %}" * 40, "cannot be read|too often"),
    ],
)
def test_a_faulty_text_is_told_in_words(source, said):
    with pytest.raises(Invalid, match=said) as refusal:
        merge.lint(source, field="subject_fr")

    assert refusal.value.field == "subject_fr"


@given(st.text(alphabet="{}%|. abcfirst_name\"'contact\n", max_size=80))
def test_whatever_is_typed_is_accepted_or_refused_in_words(source):
    try:
        merge.lint(source)
    except Invalid as refusal:
        assert str(refusal)


def test_every_field_is_declared_once_with_words_and_samples():
    names = [field.name for field in merge_fields.FIELDS]

    assert len(names) == len(set(names))
    assert all(field.description.endswith(".") for field in merge_fields.FIELDS)
    assert {field.name for field in merge_fields.FIELDS if field.required} == {
        "links.score_bar",
        "links.unsubscribe",
    }
    for language in LANGUAGES:
        samples = merge.sample_values(language)
        for field in merge_fields.FIELDS:
            room, _, name = field.name.partition(".")
            assert field.name.endswith(".*") or name in samples[room]


def test_what_services_offer_is_what_fields_declare():
    """A field nobody fills, or a value nobody declared, would be a lie in the editor's list."""
    from zoneinfo import ZoneInfo

    from hopnps.links import Links
    from hopnps.models import Brand, Contact, Interaction, Region, Store, Survey, SurveyText
    from hopnps.services.merge_values import link_values, values_for
    from tests.conftest import NOON

    links = Links("https://avis.example.org", ("key",))
    text = SurveyText(language="fr", question="?", low_label="0", high_label="10")
    values = values_for(
        contact=Contact(attributes={}),
        brand=Brand(name="Tilleul"),
        survey=Survey(texts=[text]),
        interaction=Interaction(
            kind="order",
            occurred_at=NOON,
            data={},
            store=Store(name="Lyon", region=Region(name="Rhône")),
        ),
        language="fr",
        timezone=ZoneInfo("Europe/Paris"),
        links=links,
    )
    values["links"] = link_values(links, 7, survey=True) | {"score_bar": ""}
    filled = {f"{room}.{name}" for room, fields in values.items() for name in fields}
    declared = {field.name.removesuffix(".*") for field in merge_fields.FIELDS}

    assert filled == declared | set(merge_fields.SCORE_LINKS)


@pytest.mark.parametrize(
    "source",
    [
        "{{ (1..1000000000) | join: 'x' }}",
        "{% assign all = (1..1000000000) %}{{ all | join: 'x' | size }}",
        "{% if (1..1000000000) contains 'x' %}{% endif %}",
        "{% for n in (1..3) %}{% if n == 9 %}{{ (1..contact.attributes.n) | join: 'x' }}{% endif %}{% endfor %}",
        "{{ 'a' | append: (1..1000000000) }}",
        "{% for n in (1..1000000000) %}x{% endfor %}",
        "{% assign a = 'xxxxxxxx' %}{% for n in (1..40) %}{% assign a = a | append: a %}{% endfor %}",
    ],
)
def test_a_text_that_would_never_end_is_refused(source):
    with pytest.raises(Invalid, match="too often"):
        merge.html(source, {})


def test_a_short_count_is_no_repetition():
    assert merge.text("{% for n in (1..3) %}{{ n }}{% endfor %}", {}) == "123\n"

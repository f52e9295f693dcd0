"""Segment rules as data: what the grammar takes, and how it refuses everything else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopnps.domain import rules
from hopnps.domain.conditions import Condition
from hopnps.domain.errors import Invalid
from hopnps.domain.rule_tree import FIELDS, ContactRule, CountRule, Either, Every, Not

LOYAL = {"contact": "tags", "has": "vip"}


def test_an_empty_rule_is_everyone():
    assert rules.read({}) == Every()
    assert rules.parse("  ") == {}


def test_groups_nest():
    rule = {"all": [LOYAL, {"any": [LOYAL, {"not": LOYAL}]}]}
    leaf = ContactRule("tags", (Condition("has", "vip"),))

    assert rules.read(rule) == Every((leaf, Either((leaf, Not(leaf)))))


def test_at_least_two_orders_in_the_last_sixty_days():
    rule = {"interactions": {"kind": "order", "within_days": 60}, "at_least": 2}

    assert rules.read(rule) == CountRule(
        "interactions", {"kind": "order"}, (Condition("within_days", 60),), 2, None
    )


@pytest.mark.parametrize(
    ("counts", "limits"),
    [
        ({}, (1, None)),
        ({"at_least": 0}, (0, None)),
        ({"at_most": 3}, (0, 3)),
        ({"at_least": 1, "at_most": 3}, (1, 3)),
        ({"exactly": 0}, (0, 0)),
    ],
)
def test_how_often_is_from_to_or_exactly(counts, limits):
    rule = rules.read({"answers": {}, **counts})

    assert (rule.low, rule.high) == limits


def test_days_are_typed_in_french_or_in_iso():
    french, iso = (
        rules.read({"contact": "created", "since": day}) for day in ("31/03/2026", "2026-03-31")
    )

    assert french == iso


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_can_be_asked_something(field):
    asked = {"is": True} if field == "reachable" else {"empty": True}
    if field == "email_domain":
        asked = {"is": "example.org"}

    assert rules.read({"contact": field, **asked}).field == field


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ([], "rule: a rule in braces"),
        ({"everybody": True}, "“everybody” does not begin a rule"),
        ({"contact": "shoe_size", "is": "42"}, '"shoe_size" is no field'),
        ({"contact": ["tags"], "has": "vip"}, "is no field"),
        ({"contact": "tags", "is": "vip"}, "rule.contact(tags): “is” cannot be asked here"),
        ({"contact": "tags"}, "rule.contact(tags): a condition is missing"),
        ({"contact": "company", "is": 3}, "rule.contact(company).is: a text is expected, not 3"),
        ({"contact": "company", "is": " "}, "the text is empty"),
        ({"contact": "company", "is": "x" * 201}, "longer than 200"),
        ({"contact": "company", "is": "a\x00b"}, "cannot be shown"),
        ({"contact": "company", "is": "\ud800"}, "cannot be shown"),
        ({"contact": "company", "in": []}, "a list of 1 to 200 texts"),
        ({"contact": "company", "in": ["a", 2]}, "rule.contact(company).in[1]: a text"),
        ({"contact": "last_score", "at_least": "9"}, 'a number is expected, not "9"'),
        ({"contact": "last_score", "at_least": True}, "a number is expected, not true"),
        ({"contact": "last_score", "at_least": float("nan")}, "too large"),
        ({"contact": "last_score", "at_least": 10**400}, "too large"),
        ({"contact": "created", "since": "31/02/2026"}, "is not a day"),
        ({"contact": "created", "since": "9999-12-31"}, "is not a day"),
        ({"contact": "created", "within_days": -1}, "a whole number from 0"),
        ({"contact": "created", "within_days": 1.5}, "a whole number from 0"),
        ({"contact": "last_category", "is": "happy"}, '"happy" is no category'),
        ({"contact": "last_category", "in": "promoter"}, "a list of categories"),
        ({"contact": "reachable", "is": "yes"}, "true or false"),
        ({"contact": "category_changed", "from": "low"}, "rule.contact(category_changed).from"),
        ({"all": LOYAL}, "rule.all: a list of rules"),
        ({"any": []}, "nobody could be found"),
        ({"all": [LOYAL], "any": [LOYAL]}, "“any” cannot stand beside it"),
        ({"all": [LOYAL, {"any": [{"contact": "x"}]}]}, "rule.all[1].any[0].contact: "),
        ({"not": [LOYAL]}, "rule.not: a rule in braces"),
        ({"interactions": "order"}, "filters in braces"),
        ({"interactions": {"price": 3}}, "“price” is no filter"),
        ({"interactions": {"data": {}}}, "names and values"),
        ({"interactions": {"data": {"canal": {"like": "w"}}}}, "rule.interactions.data.canal"),
        ({"interactions": {}, "at_least": 3, "at_most": 2}, "more than “at most”"),
        ({"interactions": {}, "exactly": 3, "at_most": 2}, "stands alone"),
        ({"answers": {}, "is": 3}, "“is” cannot stand beside it"),
        ({"answers": {"scale": "1-5"}}, "a scale is"),
        ({"attribute": "", "is": "x"}, "the text is empty"),
    ],
)
def test_what_is_outside_the_grammar_is_refused_where_it_stands(rule, words):
    with pytest.raises(Invalid) as refusal:
        rules.read(rule)

    assert words in str(refusal.value)
    assert refusal.value.field == "rule"


def test_groups_end_somewhere():
    deep = LOYAL
    for _ in range(rules.DEEPEST + 1):
        deep = {"not": deep}

    with pytest.raises(Invalid, match="nested more than"):
        rules.read(deep)
    with pytest.raises(Invalid, match="more than 100 conditions"):
        rules.read({"all": [LOYAL] * 101})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"contact": "tags",\n "has" "vip"}', "line 2, column 8"),
        ("[" * 100_000, "too large|cannot be read"),
        ("[" * 50_000, "cannot be read"),
        ('{"all": [], "all": []}', "“all” stands twice"),
        ('{"contact": "last_score", "is": NaN}', "too large"),
    ],
)
def test_a_text_that_is_no_rule_is_refused_in_words(text, words):
    with pytest.raises(Invalid, match=words):
        rules.parse(text)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["contact", "all", "any", "not", "answers", "tags", "is", "has", *FIELDS]),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(
                [
                    "contact",
                    "attribute",
                    "all",
                    "any",
                    "not",
                    "answers",
                    "interactions",
                    "is",
                    "in",
                    "data",
                    "at_least",
                ]
            )
            | st.text(),
            inner,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_anything_at_all_is_either_a_rule_or_refused_in_words(data):
    try:
        rules.read(data)
    except Invalid as refusal:
        assert str(refusal)
        assert "%(" not in str(refusal) or "%(" in json.dumps(data)  # no gap is left unfilled


@given(
    st.recursive(
        st.just(LOYAL) | st.just({}),
        lambda inner: (
            st.lists(inner, min_size=1).map(lambda found: {"any": found})
            | st.lists(inner).map(lambda found: {"all": found})
            | inner.map(lambda found: {"not": found})
        ),
        max_leaves=6,
    )
)
def test_a_rule_reads_the_same_after_it_was_written(rule):
    assert json.loads(rules.written(rule)) == rule

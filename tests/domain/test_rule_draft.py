"""A rule is built as a draft: form to rule to form loses nothing, buttons change what they say, faults have a place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hopnps.domain import rules
from hopnps.domain.draft_form import acted, draft_in, fields_of, named, place
from hopnps.domain.draft_tree import Group, Leaf, Unfinished, each
from hopnps.domain.errors import Invalid
from hopnps.domain.rule_draft import built, draft_of
from hopnps.domain.rule_questions import KEPT, LABELS
from tests.domain.any_rule import any_rule

A, B, C = (Leaf("company", {"ask": ("is",), "value": (one,)}) for one in "ABC")


@settings(max_examples=60)
@given(any_rule)
def test_form_to_rule_to_form_is_the_identity(rule):
    draft = draft_of(rule)
    assert draft_in(fields_of(draft)) == draft

    made = built(draft)

    assert made.faults == {}
    assert draft_of(made.rule) == draft


@settings(max_examples=60)
@given(any_rule)
def test_rule_to_form_to_rule_says_the_same(rule):
    made = built(draft_of(rule)).rule

    assert _plain(rules.read(made)) == _plain(rules.read(rule))


def _plain(rule):
    """A tree without what changes nothing: a group of one, `not` over `not`."""
    inner = getattr(rule, "rules", None)
    if inner is not None and len(inner) == 1:
        return _plain(inner[0])
    if inner is not None:
        return type(rule)(tuple(_plain(one) for one in inner))
    return type(rule)(_plain(rule.rule)) if hasattr(rule, "rule") else rule


def test_what_people_ask_is_built_with_inputs_and_not_kept_as_code():
    asked = [
        {"contact": "store", "in": ["Nantes", "Rennes"]},
        {"contact": "language", "is": "fr"},
        {"contact": "tags", "has_all": ["vip", "atelier"]},
        {"contact": "last_score", "at_least": 0, "at_most": 6},
        {"contact": "last_category", "in": ["detractor", "passive"]},
        {"contact": "category_changed", "within_days": 30, "from": "promoter", "to": "detractor"},
        {"contact": "asked", "older_than_days": 60},
        {"contact": "answered", "empty": True},
        {"contact": "reachable", "is": True},
        {"attribute": "dépenses", "at_least": 1000.5},
        {"interactions": {"kind": "order", "within_days": 60}, "at_least": 2},
        {"interactions": {"data": {"montant": {"at_least": 100}}}, "exactly": 0},
        {"answers": {"commented": True, "score": {"at_most": 6}, "since": "2026-01-01"}},
        {"answers": {"campaign": "Printemps", "survey": "relation"}, "at_least": 1, "at_most": 3},
    ]

    leaves = [node for _path, node in each(draft_of({"all": asked})) if isinstance(node, Leaf)]

    assert [leaf.subject for leaf in leaves if leaf.subject == KEPT] == []
    assert {leaf.subject for leaf in leaves} <= LABELS.keys()


def test_buttons_change_the_draft_where_they_stand():
    draft = Group("all", (A, Group("any", (B, C))))

    assert acted(draft, "add-condition r.1")[0].members[1].members[-1] == Leaf()
    assert acted(draft, "remove r.1.0")[0] == Group("all", (A, Group("any", (C,))))
    assert acted(draft, "remove r")[0] == Group()
    grown, focus = acted(draft, "add-group r")
    assert grown.members[2] == Group("any", (Leaf(),)) and focus == (2, 0)


def test_a_condition_moves_in_reading_order_into_groups_and_out_of_them():
    draft = Group("all", (A, Group("any", (B, C))))

    into, focus = acted(draft, "down r.0")
    assert into == Group("all", (Group("any", (A, B, C)),)) and focus == (0, 0)
    assert acted(into, "up r.0.0")[0] == draft
    out, focus = acted(draft, "down r.1.1")
    assert out == Group("all", (A, Group("any", (B,)), C)) and focus == (2,)
    assert acted(draft, "up r.0")[0] == draft
    assert acted(draft, "up r.1")[0] == Group("all", (Group("any", (B, C)), A))


@given(st.text(max_size=20) | st.sampled_from(["up r.9", "add-group r.0", "remove r.1.7.3"]))
def test_a_wish_that_makes_no_sense_changes_nothing(wish):
    draft = Group("all", (A, Group("any", (B,))))

    assert acted(draft, wish)[0] == draft


def test_a_draft_ends_somewhere():
    with pytest.raises(Invalid, match="at most 100"):
        acted(Group("all", (A,) * 100), "add-condition r")
    deep = draft_of({"any": [{"any": [{"any": [{"any": [{"contact": "company", "is": "x"}]}]}]}]})
    with pytest.raises(Invalid, match="deeper"):
        acted(deep, "add-group r.0.0.0")
    with pytest.raises(Invalid):
        draft_in({f"r{'.0' * depth}-group": ["any"] for depth in range(50)})
    assert built(Group("all", (A,) * 101)).faults[()].values["most"] == 100


def test_what_is_not_finished_is_left_out_and_named():
    empty = Leaf("company", {"ask": ("is",)})
    wrong = Leaf("last_score", {"ask": ("at_least",), "value": ("huit",)})

    made = built(Group("any", (A, empty, wrong, Leaf(), Group("none"))))

    assert made.rule == {"any": [{"contact": "company", "is": "A"}]}
    assert sorted(made.faults) == [(1,), (2,), (3,), (4,)]
    unfinished = [path for path, one in made.faults.items() if isinstance(one, Unfinished)]
    assert unfinished == [(1,), (3,), (4,)]
    assert made.faults[2,].field == "value"


@pytest.mark.parametrize("typed", ["8,5", "8.5", " 8,5 "])
def test_numbers_are_typed_as_the_french_write_them(typed):
    leaf = Leaf("last_score", {"ask": ("equals",), "value": (typed,)})

    assert built(Group("all", (leaf,))).rule == {"all": [{"contact": "last_score", "is": 8.5}]}


def test_places_have_names():
    assert place(named((0, 12))) == (0, 12)
    for hostile in ("", "x.0", "r.-1", "r.9999", "r.0.0.0.0.0.0.0.0.0.0.0", "r.٣"):
        with pytest.raises(Invalid):
            place(hostile)

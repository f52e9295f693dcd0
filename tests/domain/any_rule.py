"""Any rule of the grammar, for hypothesis: every field with every operator it takes, groups within groups."""

from hypothesis import strategies as st

from hopnps.domain.conditions import OPERATORS, PERIOD, Kind
from hopnps.domain.rule_tree import FIELDS
from hopnps.domain.score import Category

texts = st.sampled_from(["Nantes", "été %", "a|b", "[x] <i>", "50 %(n)s", "«", "8,5", "2026-03-01"])
days = st.sampled_from(["2026-03-31", "31/03/2026"])
numbers = st.sampled_from([-3, 0, 9, 8.5, 1_000_000])
counts = st.integers(0, 400)
flags = st.booleans()
categories = st.sampled_from([one.value for one in Category])
_lists = st.lists(texts, min_size=1, max_size=12)
_VALUES = {
    **dict.fromkeys(("is", "contains", "starts_with", "ends_with", "has"), texts),
    **dict.fromkeys(("in", "has_any", "has_all"), _lists),
    **dict.fromkeys(("at_least", "at_most"), numbers),
    **dict.fromkeys(("since", "until"), days),
    **dict.fromkeys(("within_days", "older_than_days"), counts),
    "empty": flags,
}
_OWN = {
    Kind.NUMBER: {"is": numbers},
    Kind.FLAG: {"is": flags},
    Kind.CATEGORY: {"is": categories, "in": st.lists(categories, min_size=1, max_size=3)},
    Kind.ATTRIBUTE: {"is": texts | numbers},
}


def conditions(kind, most=2):
    """One or two operators of a kind, each with a value."""
    values = {name: (_VALUES | _OWN.get(kind, {}))[name] for name in OPERATORS[kind]}
    chosen = st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=most, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({one: values[one] for one in names}))


def _merged(*parts):
    return st.tuples(*parts).map(lambda found: {k: v for one in found for k, v in one.items()})


def _field(name):
    head = st.just({"contact": name})
    if name != "category_changed":
        return _merged(head, conditions(FIELDS[name]))
    ends = st.fixed_dictionaries({}, optional={"from": categories, "to": categories})
    asked = conditions(FIELDS[name]) | st.just({})
    return _merged(head, ends, asked)


_limits = st.one_of(
    st.just({}),
    *(
        st.integers(0, 9).map(lambda number, how=how: {how: number})
        for how in ("at_least", "at_most", "exactly")
    ),
    st.tuples(st.integers(0, 5), st.integers(5, 9)).map(
        lambda two: {"at_least": two[0], "at_most": two[1]}
    ),
)
_period = st.just({}) | conditions(Kind.MOMENT).filter(lambda found: found.keys() <= PERIOD.keys())
_interactions = {
    **dict.fromkeys(("store", "region", "agent"), texts),
    "kind": st.sampled_from(["order", "ticket", "Repair", "livraison"]),
    "data": st.dictionaries(
        texts, texts | numbers | conditions(Kind.ATTRIBUTE), min_size=1, max_size=2
    ),
}
_answers = {
    **dict.fromkeys(("survey", "campaign", "store", "region"), texts),
    "category": categories,
    "score": numbers | conditions(Kind.NUMBER),
    "commented": flags,
    "scale": st.sampled_from(["0-10", "1-10"]),
}


def _counted(name, filters):
    asked = _merged(st.fixed_dictionaries({}, optional=filters), _period)
    return _merged(asked.map(lambda found: {name: found}), _limits)


leaves = st.one_of(
    st.sampled_from(sorted(FIELDS)).flatmap(_field),
    _merged(texts.map(lambda name: {"attribute": name}), conditions(Kind.ATTRIBUTE)),
    _counted("interactions", _interactions),
    _counted("answers", _answers),
    st.just({}),
)
any_rule = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda found: {"all": found}),
        st.lists(inner, min_size=1, max_size=3).map(lambda found: {"any": found}),
        inner.map(lambda found: {"not": found}),
    ),
    max_leaves=6,
)

"""Any rule finds the same people in the database as when it is read aloud, on either database."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hopnps.domain import rules
from hopnps.models import Address, Contact, Interaction
from hopnps.services import segments
from hopnps.services.last_answers import refresh_contacts
from tests.conftest import NOON
from tests.services.answers import answer
from tests.services.reading import PARIS, Person, finds

NAMES = ["Zoé", "zoe", "Léa %", "le_a", "", "Œuvre", "[z]", "É*"]
VALUES = ["12", "12,5", "-3", "1 200", "vrai", "01/03/2026", "2026-02-28", "é?", ""]
TAGS = ["vip", "Été", "a%"]
KINDS, PLACES = ["order", "ticket"], ["Nantes", "Évry"]

days = st.integers(0, 6)
moments = st.integers(-2, 7 * 24).map(lambda hours: NOON - timedelta(hours=hours))
texts = st.sampled_from([one for one in NAMES if one])
dates = st.integers(0, 8).map(lambda back: (NOON - timedelta(days=back)).date().isoformat())
numbers = st.sampled_from([-3, 0, 9, 10, 12, 12.5, 1200])
flags = st.booleans()
periods = {
    "since": dates,
    "until": dates,
    "within_days": days,
    "older_than_days": days,
}
text_operators = {
    "is": texts,
    "in": st.lists(texts, min_size=1, max_size=3),
    "contains": st.sampled_from(["é", "e", "z", "%", "_", "[", "*", "œ"]),
    "starts_with": st.sampled_from(["z", "L", "É"]),
    "ends_with": st.sampled_from(["é", "%", "]"]),
    "empty": flags,
}
values = st.sampled_from([one for one in VALUES if one])


def one_of(head, operators, most=2):
    """A leaf with one or two of these operators."""

    def drawn(chosen):
        return st.fixed_dictionaries({**head, **{name: operators[name] for name in chosen}})

    names = st.lists(st.sampled_from(sorted(operators)), min_size=1, max_size=most, unique=True)
    return names.flatmap(drawn)


def field_rule(name, operators):
    return one_of({"contact": st.just(name)}, operators)


def counts():
    number = st.integers(0, 3)
    return st.one_of(
        st.just({}),
        number.map(lambda n: {"exactly": n}),
        number.map(lambda n: {"at_least": n}),
        number.map(lambda n: {"at_most": n}),
        st.tuples(number, number).map(lambda two: {"at_least": min(two), "at_most": max(two)}),
    )


def count_rule(counted, filters):
    asked = st.fixed_dictionaries({}, optional=filters | periods)
    return st.tuples(asked, counts()).map(lambda two: {counted: two[0], **two[1]})


leaves = st.one_of(
    field_rule("first_name", text_operators),
    field_rule(
        "tags",
        {
            "has": st.sampled_from(TAGS),
            "has_any": st.lists(st.sampled_from(TAGS), min_size=1),
            "has_all": st.lists(st.sampled_from(TAGS), min_size=1),
            "empty": flags,
        },
    ),
    field_rule(
        "last_score", {"is": numbers, "at_least": numbers, "at_most": numbers, "empty": flags}
    ),
    field_rule("store", {"is": st.sampled_from(PLACES), "empty": flags}),
    field_rule("region", {"in": st.lists(st.sampled_from(["nord", "sud"]), min_size=1)}),
    *(field_rule(name, {**periods, "empty": flags}) for name in ("created", "asked", "answered")),
    one_of(
        {"attribute": st.sampled_from(["Clé", "2024", "ville_2"])},
        {
            **dict.fromkeys(("is", "contains"), values),
            "at_least": numbers,
            "at_most": numbers,
            "empty": flags,
            **periods,
        },
    ),
    count_rule(
        "interactions",
        {
            "kind": st.sampled_from(KINDS),
            "store": st.sampled_from(PLACES),
            "data": st.fixed_dictionaries({"Clé": st.one_of(values, numbers)}),
        },
    ),
    count_rule("answers", {"commented": flags, "score": st.sampled_from([3, 9, 10])}),
)
random_rules = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda rules: {"all": rules}),
        st.lists(inner, min_size=1, max_size=3).map(lambda rules: {"any": rules}),
        inner.map(lambda rule: {"not": rule}),
    ),
    max_leaves=5,
)

events = st.fixed_dictionaries(
    {
        "at": moments,
        "kind": st.sampled_from(KINDS),
        "store": st.sampled_from([*PLACES, ""]),
        "data": st.sampled_from([{}, *({"Clé": one} for one in VALUES)]),
    }
)
answers = st.fixed_dictionaries(
    {
        "at": moments.filter(lambda at: at <= NOON),
        "score": st.sampled_from([3, 9, 10]),
        "commented": flags,
    }
)
people = st.builds(
    Person,
    name=st.just(""),
    fields=st.fixed_dictionaries(
        {
            "first_name": st.sampled_from(NAMES),
            "tags": st.lists(st.sampled_from(TAGS), unique=True),
            "store": st.sampled_from([*PLACES, ""]),
            "created": moments,
            "asked": st.none() | moments,
        }
    ),
    attributes=st.dictionaries(
        st.sampled_from(["Clé", "2024", "ville_2", 'a".b']), st.sampled_from(VALUES)
    ),
    interactions=st.lists(events, max_size=4),
    answers=st.lists(answers, max_size=3, unique_by=lambda one: one["at"]),
)


@pytest.fixture
def stores(cast):
    return {"Nantes": cast.store("Nantes", "Sud"), "Évry": cast.store("Évry", "Nord")}


@settings(
    max_examples=30,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes minutes on a database
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    population=st.lists(people, min_size=1, max_size=6),
    asked=st.lists(random_rules, min_size=6, max_size=6),
)
def test_the_database_finds_whom_the_rule_means(session, stores, population, asked):
    session.rollback()  # what the last example wrote
    _settle(session, stores, population)
    for rule in asked:
        rules.read(rule)
        chosen = segments.members(rule, now=NOON, timezone=PARIS)
        found = set(session.scalars(chosen))
        meant = {person.name for person in population if finds(rule, person, NOON)}
        assert found == meant, rule


def _settle(session, stores, population):
    """Write everybody down; a person's name becomes the id of their contact."""
    for number, person in enumerate(population):
        fields = person.fields
        contact = Contact(
            first_name=fields["first_name"],
            tags=fields["tags"],
            store=stores.get(fields["store"]),
            address=f"p{number}@example.org",
            attributes=person.attributes,
            created_at=fields["created"],
            updated_at=NOON,
        )
        session.add(contact)
        session.flush()
        person.name = contact.id
        if fields["asked"]:
            session.add(Address(email=contact.address, last_asked_at=fields["asked"]))
        fields["region"] = {"Nantes": "Sud", "Évry": "Nord"}.get(fields["store"], "")
        _live(session, stores, contact, person)
    refresh_contacts(session, None)


def _live(session, stores, contact, person):
    for number, event in enumerate(person.interactions):
        session.add(
            Interaction(
                contact=contact,
                kind=event["kind"],
                reference=f"{contact.id}-{number}",
                store=stores.get(event["store"]),
                occurred_at=event["at"],
                data=event["data"],
                created_at=NOON,
            )
        )
    for one in person.answers:
        answer(
            session,
            contact,
            one["score"],
            "Pourquoi" if one["commented"] else "",
            commit=False,
            answered_at=one["at"],
            answered_on=one["at"].date(),
        )
    last = max(person.answers, key=lambda one: one["at"], default={"at": None, "score": None})
    person.fields |= {"answered": last["at"], "last_score": last["score"]}

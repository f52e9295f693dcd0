"""A rule's tree -> one condition over nps_contact, computed by the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from hopnps.domain.conditions import Condition
from hopnps.domain.rule_tree import (
    AttributeRule,
    ContactRule,
    CountRule,
    Either,
    Every,
    Not,
    Rule,
)
from hopnps.domain.text import name_key
from hopnps.models import Address, Contact, Interaction, Region, Response, Store, Survey
from hopnps.models.response import Scale
from hopnps.services.answer_filters import of_campaign
from hopnps.services.portable import json_text, reads_as
from hopnps.services.segment_conditions import (
    Clause,
    When,
    attribute_meets,
    code_meets,
    each,
    emptiness,
    moment_meets,
    number_meets,
    tags_meet,
    text_meets,
)


def members_of(rule: Rule, when: When) -> sa.Select[Any]:
    """The ids of the contacts a rule finds; where orders or answers are counted and nothing else, of no other table."""
    match rule:
        case Every((only,)) | Either((only,)):
            return members_of(only, when)
        case CountRule(low=low) if low > 0:
            return _counted_rows(rule, when)
    return sa.select(Contact.id).where(condition_of(rule, when))


def condition_of(rule: Rule, when: When) -> Clause:
    """True for the contacts the rule finds, false for all others, never unknown: so NOT is everybody else."""
    match rule:
        case Every(rules):
            return sa.and_(sa.true(), *(condition_of(one, when) for one in rules))
        case Either(rules):
            return sa.or_(sa.false(), *(condition_of(one, when) for one in rules))
        case Not(inner):
            return sa.not_(condition_of(inner, when))
        case AttributeRule():
            return _attribute(Contact.attributes, rule, when)
        case CountRule():
            return _counted(rule, when)
    return _contact(rule, when)


def _contact(rule: ContactRule, when: When) -> Clause:
    meets = _SPECIAL.get(rule.field) or _by_column(rule.field)
    found = each(rule.conditions, lambda condition: meets(condition, when))
    if rule.after:
        found = sa.and_(found, Contact.last_category == rule.after)
    return sa.and_(found, _changed_from(rule.before)) if rule.before else found


def _changed_from(category: str) -> Clause:
    """Whether the newest answer of another category than the last one was of this category."""
    left = (
        sa.select(Response.category)
        .where(
            Response.contact_id == Contact.id,
            Response.scale == Scale.OFFICIAL,
            Response.category != Contact.last_category,
        )
        .order_by(Response.answered_at.desc(), Response.id.desc())
        .limit(1)
        .correlate(Contact)
    )
    return sa.func.coalesce(left.scalar_subquery(), "") == category


def _by_column(field: str) -> Callable[[Condition, When], Clause]:
    meets, column = _COLUMNS[field]
    if meets is moment_meets:
        return lambda condition, when: moment_meets(column, condition, when)
    return lambda condition, _when: meets(column, condition)


def _email_meets(condition: Condition, _when: When) -> Clause:
    """By the normalised address: for whole addresses its index helps."""
    if condition.operator in ("is", "in"):
        value = condition.value
        wanted = [value] if isinstance(value, str) else value
        return Contact.address.in_([one.lower() for one in wanted])
    return text_meets(Contact.address, condition)


def _domain_meets(condition: Condition, _when: When) -> Clause:
    value = condition.value
    wanted = [value] if isinstance(value, str) else value
    return sa.or_(
        *(
            Contact.address.endswith(f"@{one.lower().lstrip('@')}", autoescape=True)
            for one in wanted
        )
    )


def _category_meets(column: Any, condition: Condition) -> Clause:
    if condition.operator == "empty":
        return emptiness(column == "", condition)
    value = condition.value
    return column.in_([value] if isinstance(value, str) else value)


def _place_meets(place: Any) -> Callable[[Condition, When], Clause]:
    """A contact's store, or its store's region, found by name however it was typed."""
    reached = place.id == (Contact.store_id if place is Store else Store.region_id)

    def meets(condition: Condition, _when: When) -> Clause:
        if condition.operator == "empty":
            return emptiness(~_exists_place(reached), condition)
        value = condition.value
        keys = [name_key(one) for one in ([value] if isinstance(value, str) else value)]
        return _exists_place(sa.and_(reached, place.name_key.in_(keys)))

    def _exists_place(wanted: Clause) -> Clause:
        found = sa.exists().where(wanted)
        if place is Region:
            found = found.where(Store.id == Contact.store_id)
        return found.correlate(Contact)

    return meets


def _of_address(meets: Callable[[Condition, When], Clause]) -> Callable[[Condition, When], Clause]:
    """A fact of the address, which has no row while there is nothing to know of it."""

    def asked(condition: Condition, when: When) -> Clause:
        known = Address.email == Contact.address
        if condition.operator == "empty":
            ever = sa.exists().where(known, Address.last_asked_at.is_not(None)).correlate(Contact)
            return emptiness(~ever, condition)
        return sa.exists().where(known, meets(condition, when)).correlate(Contact)

    return asked


def _reachable(condition: Condition, _when: When) -> Clause:
    refuses = sa.or_(Address.unsubscribed_at.is_not(None), Address.bounced_at.is_not(None))
    shut = sa.exists().where(Address.email == Contact.address, refuses).correlate(Contact)
    reachable = sa.and_(Contact.address != "", ~shut)
    return reachable if condition.value else ~reachable


def _attribute(column: Any, rule: AttributeRule, when: When) -> Clause:
    text = json_text(column, rule.name)
    return each(rule.conditions, lambda condition: attribute_meets(text, condition, when))


def _counted(rule: CountRule, when: When) -> Clause:
    """EXISTS for "any" and "none", else the contacts whose rows were counted."""
    if (rule.low, rule.high) in ((1, None), (0, 0)):
        table, filters = _counted_in(rule, when)
        found = sa.exists(ONE).where(table.contact_id == Contact.id, *filters).correlate(Contact)
        return found if rule.low else ~found
    if rule.low:
        return Contact.id.in_(_counted_rows(rule, when))
    if rule.high is None:
        return sa.true()
    more = replace(rule, low=rule.high + 1, high=None)
    return Contact.id.not_in(_counted_rows(more, when))


def _counted_rows(rule: CountRule, when: When) -> sa.Select[Any]:
    """The ids of the contacts who have as many rows as the rule says, and at least one."""
    table, filters = _counted_in(rule, when)
    rows = sa.select(table.contact_id.label("id")).where(table.contact_id.is_not(None), *filters)
    number = sa.func.count()
    limits = [number >= rule.low] if rule.low > 1 else []
    limits += [] if rule.high is None else [number <= rule.high]
    return rows.group_by(table.contact_id).having(*limits)


def _counted_in(rule: CountRule, when: When) -> tuple[Any, list[Clause]]:
    if rule.counted == "interactions":
        return Interaction, _interaction_filters(rule, when)
    return Response, _answer_filters(rule, when)


def _interaction_filters(rule: CountRule, when: When) -> list[Clause]:
    filters = [
        each(rule.period, lambda one: moment_meets(Interaction.occurred_at, one, when)),
        *_places(rule, Interaction.store_id, None),
    ]
    if kind := rule.filters.get("kind"):
        filters.append(_is_named(Interaction.kind, kind))
    if agent := rule.filters.get("agent"):
        filters.append(_is_named(Interaction.agent, agent))
    filters += [_attribute(Interaction.data, one, when) for one in rule.filters.get("data", ())]
    return filters


def _is_named(column: Any, name: str) -> Clause:
    """Most are spelt as the rule spells them: these are known before each letter is looked at."""
    return sa.or_(column == name, reads_as(column, name))


def _answer_filters(rule: CountRule, when: When) -> list[Clause]:
    """The answers of one scale; the official one unless the rule names the other."""
    asked = rule.filters
    filters = [
        Response.scale == asked.get("scale", Scale.OFFICIAL),
        each(rule.period, lambda one: moment_meets(Response.answered_at, one, when)),
        *_places(rule, Response.store_id, Response.region_id),
        each(asked.get("score", ()), lambda one: number_meets(Response.score, one)),
    ]
    if survey := asked.get("survey"):
        filters.append(Response.survey_id.in_(sa.select(Survey.id).where(Survey.slug == survey)))
    if campaign := asked.get("campaign"):
        filters.append(of_campaign(campaign))
    if category := asked.get("category"):
        filters.append(Response.category == category)
    if "commented" in asked:
        filters.append((Response.comment != "") == sa.literal(asked["commented"]))
    return filters


def _places(rule: CountRule, store_id: Any, region_id: Any) -> list[Clause]:
    """Filters by store and region; an interaction has no region but its store's."""
    found = []
    if store := rule.filters.get("store"):
        found.append(store_id.in_(sa.select(Store.id).where(Store.name_key == name_key(store))))
    if region := rule.filters.get("region"):
        regions = sa.select(Region.id).where(Region.name_key == name_key(region))
        stores = sa.select(Store.id).where(Store.region_id.in_(regions))
        found.append(store_id.in_(stores) if region_id is None else region_id.in_(regions))
    return found


ONE: Any = sa.literal_column("1")
_COLUMNS: dict[str, tuple[Any, Any]] = {
    "source": (code_meets, Contact.source),
    "external_id": (code_meets, Contact.external_id),
    "first_name": (text_meets, Contact.first_name),
    "last_name": (text_meets, Contact.last_name),
    "company": (text_meets, Contact.company),
    "phone": (text_meets, Contact.phone),
    "language": (text_meets, Contact.language),
    "owner": (text_meets, Contact.owner),
    "notes": (text_meets, Contact.notes),
    "tags": (tags_meet, Contact.tags),
    "created": (moment_meets, Contact.created_at),
    "answered": (moment_meets, Contact.last_answered_at),
    "last_score": (number_meets, Contact.last_score),
    "last_category": (_category_meets, Contact.last_category),
    "previous_category": (_category_meets, Contact.previous_category),
    "category_changed": (moment_meets, Contact.category_changed_at),
}
_SPECIAL: dict[str, Callable[[Condition, When], Clause]] = {
    "email": _email_meets,
    "email_domain": _domain_meets,
    "store": _place_meets(Store),
    "region": _place_meets(Region),
    "reachable": _reachable,
    "asked": _of_address(
        lambda condition, when: moment_meets(Address.last_asked_at, condition, when)
    ),
}

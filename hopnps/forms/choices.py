"""Rows of small tables and words of the house -> the choices of a select field or a filter."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from hopnps import doors
from hopnps.domain.score import Category
from hopnps.i18n import gettext as _
from hopnps.models import Region, Role, Store, Survey
from hopnps.services import places as place_tree
from hopnps.services import scopes

Choices = list[tuple[Any, str]]
_NOWHERE: Choices = [("", "–")]


def number_or_none(value: Any) -> int | None:
    """What a select sends -> a row's id, or None for the empty choice; ValueError for anything else."""
    return None if value in ("", None, "None") else int(value)


def stores() -> Choices:
    """Who sees some stores only writes into one of these: what they save stays in their sight."""
    return [*_NOWHERE, *_rows(Store)] if doors.scope().whole else _rows(Store)


def regions() -> Choices:
    return [*_NOWHERE, *_rows(Region)]


def store_filter() -> Choices:
    return _rows(Store)


def region_filter() -> Choices:
    return _rows(Region)


def survey_filter() -> Choices:
    session = doors.session()
    found = session.execute(sa.select(Survey.id, Survey.name).order_by(Survey.name))
    return [(number, name) for number, name in found]


def places() -> Choices:
    """Every region and store, by its key."""
    tree = place_tree.tree(doors.session())
    return [(place.key, place.name) for place in place_tree.every(tree)]


def roles() -> Choices:
    words = {
        Role.SALES: _("Sales: send single surveys, read answers"),
        Role.MARKETER: _("Marketing: and campaigns, segments, imports"),
        Role.ADMIN: _("Administration: and colleagues, brands, deletion"),
    }
    return [(role.value, words[role]) for role in Role]


def languages() -> Choices:
    return [("", "–"), ("fr", _("French")), ("en", _("English"))]


def own_language() -> Choices:
    """A colleague's own: one who chose none is spoken to as their browser asks."""
    return [("", _("As their browser asks")), *languages()[1:]]


def language_filter() -> Choices:
    return languages()[1:]


def categories() -> Choices:
    words = {
        Category.PROMOTER: _("Promoter"),
        Category.PASSIVE: _("Passive"),
        Category.DETRACTOR: _("Detractor"),
    }
    return [(category.value, words[category]) for category in Category]


def _rows(table: type[Store] | type[Region]) -> Choices:
    """The places that who asks may see."""
    asked = scopes.narrow(sa.select(table.id, table.name), table, doors.scope())
    found = doors.session().execute(asked.order_by(table.name_key))
    return [(number, name) for number, name in found]

"""Contacts -> a file that people can read and that re-imports to the same contacts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import contact_csv
from hopnps.domain.cells import written_tags
from hopnps.domain.languages import FRENCH
from hopnps.domain.periods import day_of
from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.domain.sheets import Cell, Format, write
from hopnps.domain.text import name_key
from hopnps.models import Contact, Store
from hopnps.services.scopes import narrow

PAGE = 2_000  # contacts in memory at a time
HEADERS = {  # field -> its header in French; in English it is the field's own name
    "source": "Origine",
    "external_id": "Identifiant externe",
    "hopnps_reference": "Référence hopnps",
    "email": "Courriel",
    "first_name": "Prénom",
    "last_name": "Nom",
    "company": "Société",
    "phone": "Téléphone",
    "language": "Langue",
    "store": "Magasin",
    "owner": "Responsable",
    "tags": "Étiquettes",
    "notes": "Notes",
    "last_nps_score": "Dernière note NPS",
    "last_nps_category": "Dernière catégorie NPS",
    "last_nps_answer": "Dernière réponse NPS",
}
CATEGORIES = {"promoter": "promoteur", "passive": "passif", "detractor": "détracteur"}
_PLAIN_NAME = re.compile(r"\w[\w .’'/°-]*")
_KNOWN = {
    name_key(word)
    for field, words in {**contact_csv.HEADERS, **contact_csv.TOLD}.items()
    for word in (field, *words)
}


def export(
    session: Session,
    file: BinaryIO,
    format_: Format,
    *,
    timezone: tzinfo,
    members: sa.Select[Any] | None = None,
    scope: Scope = WHOLE_HOUSE,
    language: str = FRENCH,
) -> None:
    """Write the contacts that the scope sees (`members` selects the ids of those wanted, see services.segments).

    A contact without external id bears a reference of ours, by which an import knows it again. Days are those of
    `timezone`. Raises Refused for what a workbook cannot hold.
    """
    wanted = narrow(_wanted(members), Contact, scope)
    attributes = _attribute_names(session, wanted)
    fields = list(HEADERS.values() if language == FRENCH else HEADERS)
    headers = [*fields, *(attribute_header(name, language) for name in attributes)]
    write(file, format_, headers, _rows(session, wanted, attributes, timezone, language))


def attribute_header(name: str, language: str) -> str:
    """The header of an attribute: its name, marked as an attribute where it could be read as something else."""
    if _PLAIN_NAME.fullmatch(name) and name_key(name) not in _KNOWN:
        return name
    return f"Attribut : {name}" if language == FRENCH else f"Attribute: {name}"


def _wanted(members: sa.Select[Any] | None) -> sa.Select[Any]:
    """Columns only: whole objects would fill the memory."""
    columns = [column for column in Contact.__table__.columns if column.name != "id"]
    wanted = sa.select(Contact.id, *columns, Store.name.label("store")).outerjoin(Contact.store)
    return wanted.where(Contact.id.in_(members)) if members is not None else wanted


def _attribute_names(session: Session, wanted: sa.Select[Any]) -> list[str]:
    """Every attribute that one of them has."""
    some = wanted.where(sa.cast(Contact.attributes, sa.Text) != "{}")
    attributes = some.with_only_columns(Contact.attributes.label("attributes")).subquery()
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    function = sa.func.jsonb_object_keys if is_postgresql else sa.func.json_each
    if is_postgresql:
        names = sa.select(function(attributes.c.attributes).label("key")).distinct()
    else:
        each = function(attributes.c.attributes).table_valued("key", joins_implicitly=True)
        names = sa.select(each.c.key).select_from(attributes, each).distinct()
    return sorted(filter(None, session.scalars(names)), key=name_key)


def _rows(
    session: Session,
    wanted: sa.Select[Any],
    attributes: list[str],
    timezone: tzinfo,
    language: str,
) -> Iterator[list[Cell]]:
    contacts = session.execute(wanted.order_by(Contact.id).execution_options(yield_per=PAGE))
    for contact in contacts:
        known = contact.attributes
        yield [
            *_fields(contact, timezone, language),
            *(_written(known[name]) if name in known else "" for name in attributes),
        ]


def _fields(contact: Any, timezone: tzinfo, language: str) -> Iterable[Cell]:
    """In the order of HEADERS."""
    named = contact.external_id is not None
    yield contact.source
    yield contact.external_id or ""
    yield "" if named else contact_csv.written_reference(contact.id, contact.created_at)
    yield from (contact.email, contact.first_name, contact.last_name, contact.company)
    yield from (contact.phone, contact.language, contact.store or "", contact.owner)
    yield written_tags(contact.tags)
    yield contact.notes
    yield contact.last_score
    category = contact.last_category
    yield CATEGORIES.get(category, category) if language == FRENCH else category
    yield day_of(contact.last_answered_at, timezone) if contact.last_answered_at else None


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

"""Past answers of one survey -> rows of responses, each with all that was true when it was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.response_csv import Answer
from hopnps.domain.score import category_of
from hopnps.models import Channel, Response, Scale, Store
from hopnps.services import rollups
from hopnps.services.dialects import insert_missing
from hopnps.services.last_answers import refresh_contacts
from hopnps.services.past_clients import Client, Clients, slices
from hopnps.services.store_book import StoreBook

TEXTS = ("comment", "agent", "language")


class PastAnswers:
    """Knows which answers are there, and collects those to add and to change until they are written as one."""

    def __init__(self, session: Session, survey_id: int, scale: Scale, book: StoreBook) -> None:
        self._session, self._survey_id, self._scale, self._book = session, survey_id, scale, book
        self._known: dict[str, Any] = {}
        self._new: list[tuple[str, Answer, Client | None]] = []
        self._changed: list[tuple[Any, dict[str, Any], int | None]] = []

    def look_up(self, answers: Iterable[Answer], keys: Iterable[str]) -> None:
        """Find what is there already of these answers and of those who gave them."""
        columns = [getattr(Response, name) for name in _COMPARED]
        for some in slices(keys):
            rows = sa.select(*columns).where(
                Response.survey_id == self._survey_id, Response.import_key.in_(some)
            )
            self._known |= {row.import_key: row for row in self._session.execute(rows)}
        self._clients = Clients.of(self._session, list(answers))

    def knows(self, key: str) -> bool:
        return key in self._known

    def add(self, key: str, answer: Answer) -> tuple[bool, Client | None]:
        """Take up a new answer: whether its contact is new too, and that contact, None for an anonymous one.

        Raises Invalid where it is not clear whose it is.
        """
        before = len(self._clients.new)
        client = self._clients.find_or_add(answer, self._number(answer))
        self._new.append((key, answer, client))
        return len(self._clients.new) > before, client

    def change(self, key: str, answer: Answer) -> bool:
        """Take up what a line says otherwise than the answer we have; False if nothing.

        A line without a number of its own can only say another scale: all else is its key.
        """
        row = self._known[key]
        said = self._measure(answer)
        if answer.answer_id:
            said |= {name: text for name in TEXTS if (text := getattr(answer, name))}
            said |= {"campaign_name": answer.campaign} if answer.campaign else {}
            said |= {"answered_at": answer.answered_at, "answered_on": answer.answered_on}
        else:
            said.pop("score")
        said = {name: value for name, value in said.items() if value != getattr(row, name)}
        store = self._number(answer) if answer.answer_id else None
        moved = store if store != row.store_id else None
        if said or moved:
            self._changed.append((row, said, moved))
        return bool(said or moved)

    def new_stores(self) -> list[str]:
        """The names of the stores that must be made, sorted."""
        return self._book.names(self._unmade())

    def write(self, *, now: datetime) -> None:
        """Stores and contacts first, then all answers, what contacts show of their last one, and the counts."""
        made = self._book.make(self._unmade())
        self._clients.make_new(self._session, made, now=now)
        stores = self._session.execute(sa.select(Store.id, Store.region_id))
        regions: dict[int, int | None] = {store.id: store.region_id for store in stores}
        with rollups.following(self._session, (row.id for row, _, _ in self._changed)) as written:
            for some in slices(self._new):
                rows = [self._row(one, made, regions) for one in some]
                written.update(self._insert(rows))
            changes = [_change(*one, made, regions) for one in self._changed]
            if changes:
                self._session.execute(sa.update(Response), changes)
            refresh_contacts(self._session, self._concerned())

    def _insert(self, rows: list[dict[str, Any]]) -> Iterable[int]:
        """The numbers of the answers that were not there yet."""
        missing = insert_missing(self._session, Response.__table__, list(rows[0]))
        return self._session.scalars(missing.returning(Response.id), rows)

    def _number(self, answer: Answer) -> int | None:
        return self._book.number(answer.store) if answer.store else None

    def _unmade(self) -> list[int]:
        named = {self._number(answer) for _, answer, _ in self._new}
        named |= {moved for _, _, moved in self._changed}
        return sorted((number for number in named if number and number < 0), reverse=True)

    def _measure(self, answer: Answer) -> dict[str, Any]:
        official = self._scale is Scale.OFFICIAL
        category = category_of(answer.score) if official else ""
        return {"score": answer.score, "scale": self._scale, "category": category}

    def _row(
        self,
        one: tuple[str, Answer, Client | None],
        made: Mapping[int, int],
        regions: Mapping[int, int | None],
    ) -> dict[str, Any]:
        key, answer, client = one
        number = self._number(answer) or (client.store if client else None)
        store_id = made.get(number, number) if number else None
        return {
            "survey_id": self._survey_id,
            "contact_id": client.id if client else None,
            "campaign_name": answer.campaign,
            "channel": Channel.IMPORT,
            "import_key": key,
            **self._measure(answer),
            "comment": answer.comment,
            "answered_at": answer.answered_at,
            "answered_on": answer.answered_on,
            "store_id": store_id,
            "region_id": regions.get(store_id) if store_id else None,
            "agent": answer.agent or (client.owner if client else ""),
            "language": answer.language or (client.language if client else ""),
        }

    def _concerned(self) -> set[int]:
        of_new = {client.id for _, _, client in self._new if client}
        return {one for one in of_new | {row.contact_id for row, _, _ in self._changed} if one}


_COMPARED = (
    *("id", "import_key", "contact_id", "score", "scale", "category", "comment"),
    *("answered_at", "answered_on", "campaign_name", "store_id", "agent", "language"),
)


def _change(
    row: Any,
    said: dict[str, Any],
    moved: int | None,
    made: Mapping[int, int],
    regions: Mapping[int, int | None],
) -> dict[str, Any]:
    if moved:
        store_id = made.get(moved, moved)
        said = said | {"store_id": store_id, "region_id": regions.get(store_id)}
    return {"id": row.id, **said}

"""A file of past answers -> responses, with the contacts and stores they name; each line at most once.

An answer is known by its own number in the file, else by all that its line says. The same file twice changes nothing.
Two equal lines of one client are one answer; two equal lines without a client are two, for anonymous answers of one
day often look alike: the second, third... of them bear their rank in the file.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import table_file
from hopnps.domain.errors import N_, Invalid, NotFound
from hopnps.domain.response_csv import HEADERS, REQUIRED, Answer, ResponseReader
from hopnps.models import Scale, Survey
from hopnps.services.import_lines import Sorter
from hopnps.services.import_preview import KEPT_FAULTS, Fate, Fault, ImportOptions, Preview
from hopnps.services.past_answers import PastAnswers
from hopnps.services.store_book import StoreBook

Source = bytes | BinaryIO | Path
ANONYMOUS = N_("Nobody bears this answer: it has no address and no external id.")
NEW_CONTACT = N_("A contact is made for this answer.")
SAME = N_("Line %(first)s says the same.")
OTHERWISE = N_("Line %(first)s has the same number of answer and says something else.")


def preview(
    session: Session,
    source: Source,
    filename: str,
    options: ImportOptions,
    *,
    now: datetime,
    timezone: tzinfo,
) -> Preview:
    """What apply() would do; nothing is written.

    `options.extra`: `survey`, the slug of the survey that was answered, and `scale`, "0-10" unless it is "1-10".
    Raises Invalid for what is no table of answers, NotFound for an unknown survey.
    """
    return _read(session, source, options, now, timezone)[0]


def apply(
    session: Session,
    source: Source,
    filename: str,
    options: ImportOptions,
    *,
    now: datetime,
    timezone: tzinfo,
) -> Preview:
    """Import the file; with a faulty line nothing is imported (`applied` is False), unless `skip_faults`."""
    report, answers = _read(session, source, options, now, timezone)
    if options.skip_faults or not report.faulty:
        answers.write(now=now)
        report.applied = True
    return report


def _read(
    session: Session, source: Source, options: ImportOptions, now: datetime, timezone: tzinfo
) -> tuple[Preview, PastAnswers]:
    survey, scale = _survey(session, options), _scale(options)
    sorter = Sorter(table_file.read(source), HEADERS, options)
    sorter.preview.attributes = []  # an answer keeps nothing but its fields
    _check_complete(sorter)
    book = StoreBook(session)
    reader = ResponseReader(
        sorter.columns,
        lowest=0 if scale is Scale.OFFICIAL else 1,
        source=options.source,
        check_store=book.number,
        now=now,
        timezone=timezone,
    )
    answers = {line: Answer(*record) for line, *record in sorter.records(reader)}
    fates = _Fates(sorter)
    past = PastAnswers(session, survey.id, scale, book)
    _decide(answers, past, fates)
    fates.report(past.new_stores())
    return sorter.preview, past


class _Fates:
    """What becomes of each line, counted; of the first lines also why."""

    def __init__(self, sorter: Sorter) -> None:
        self._sorter = sorter
        self._counts: Counter[Fate] = Counter()
        self._late: list[Fault] = []
        self._shown: dict[int, tuple[Fate, str, dict[str, Any]]] = {}

    def give(self, line: int, fate: Fate, reason: str = "", **values: Any) -> None:
        self._counts[fate] += 1
        if line in self._sorter.shown:
            self._shown[line] = (fate, reason, values)

    def refuse(self, line: int, refusal: Invalid, field: str, value: str) -> None:
        self._counts[Fate.FAULT] += 1
        column = self._sorter.header_of(field)
        self._late.append(Fault(line, column, value, refusal.message, refusal.values))

    def report(self, new_stores: list[str]) -> None:
        report, counts = self._sorter.preview, self._counts
        report.created, report.updated = counts[Fate.CREATE], counts[Fate.UPDATE]
        report.unchanged, report.skipped = counts[Fate.UNCHANGED], counts[Fate.SKIP]
        report.faulty += counts[Fate.FAULT]
        faults = sorted(report.faults + self._late, key=lambda fault: fault.line)
        report.faults = faults[:KEPT_FAULTS]
        report.new_stores = new_stores
        self._sorter.show(self._shown)


def _decide(answers: dict[int, Answer], past: PastAnswers, fates: _Fates) -> None:
    """Give each line its fate, and the answers to write to `past`."""
    keys = _keyed(answers, fates)
    past.look_up(answers.values(), keys.values())
    for line, key in keys.items():
        answer = answers[line]
        if past.knows(key):
            fates.give(line, Fate.UPDATE if past.change(key, answer) else Fate.UNCHANGED)
            continue
        try:
            is_new, client = past.add(key, answer)
        except Invalid as refusal:
            field = "external_id" if answer.external_id else "email"
            fates.refuse(line, refusal, field, answer.external_id or answer.email)
        else:
            reason = NEW_CONTACT if is_new else ""
            fates.give(line, Fate.CREATE, reason if client else ANONYMOUS)


def _keyed(answers: dict[int, Answer], fates: _Fates) -> dict[int, str]:
    """Line -> import key; a line that repeats another is left out, or refused if it contradicts it."""
    first: dict[str, int] = {}
    ranks: Counter[str] = Counter()
    for line, answer in answers.items():
        key = answer.key
        ranks[key] += 1
        if answer.is_anonymous and not answer.answer_id and ranks[key] > 1:
            key = f"{key}:{ranks[key]}"
        if key not in first:
            first[key] = line
        elif not answer.answer_id or answer == answers[first[key]]:
            fates.give(line, Fate.SKIP, SAME, first=first[key])
        else:
            refusal = Invalid(OTHERWISE, first=first[key])
            fates.refuse(line, refusal, "answer_id", answer.answer_id)
    return {line: key for key, line in first.items()}


def _survey(session: Session, options: ImportOptions) -> Survey:
    slug = options.extra.get("survey") or ""
    found = session.scalar(sa.select(Survey).where(Survey.slug == slug))
    if found is None:
        raise NotFound(N_("There is no survey “%(slug)s”."), slug=slug)
    return found


def _scale(options: ImportOptions) -> Scale:
    scale = options.extra.get("scale") or Scale.OFFICIAL
    try:
        return Scale(scale)
    except ValueError as fault:
        raise Invalid(
            N_("A scale runs from 0 to 10 or from 1 to 10, not %(scale)s."), scale=scale
        ) from fault


def _check_complete(sorter: Sorter) -> None:
    missing = [field for field in REQUIRED if field not in sorter.columns.values()]
    if missing:
        raise Invalid(
            N_("No column holds the field “%(name)s”. The columns are: %(columns)s."),
            field="map",
            name=missing[0],
            columns=", ".join(header for header in sorter.table.headers if header),
        )

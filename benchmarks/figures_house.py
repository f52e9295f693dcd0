"""Numbers -> a house of a benchmark: stores, contacts, orders, answers and what machines did, made by the database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import Base, Brand, Region, Store, Survey, Template
from hopnps.services import rollups

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAYS, REGIONS, SURVEYS, AGENTS = 730, 12, 2, 400
FIRST = date(2024, 3, 4)
CLICK_ONLY, COMMENTED = 25, 10  # one answer in so many
# a mail that a machine opened for so many answers; of its visits one in so many could be a vote
MAILS, SWEPT = 8, 3
DISTRIBUTION = "100345677788889999990"  # what is drawn from; 0 stands for 10
Connection = sa.Connection


def fill(engine: sa.Engine, *, answers: int, stores: int, contacts: int, interactions: int) -> None:
    """Everything in a few statements; without the indexes of the answers, which are made at the end."""
    with Session(engine) as session:
        _open_stores(session, stores)
        connection = session.connection()
        _make(connection, _contacts(connection, contacts, stores))
        _make(connection, _interactions(connection, interactions, contacts, stores))
        send(connection, answers // MAILS, contacts)
        indexes = _drop_indexes(connection)
        _make(connection, _responses(connection, answers, contacts, stores))
        for index in indexes:
            index.create(connection)
        open_mails(connection, answers // MAILS, contacts, stores)
        rollups.put_in(session, sa.true())
        rollups.put_in_visits(session)
        session.commit()
    settle(engine)


def settle(engine: sa.Engine) -> None:
    """As a PostgreSQL server would have left it by itself."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
            connection.exec_driver_sql("CHECKPOINT")


def _open_stores(session: Session, number: int) -> None:
    regions = [Region(name=f"Région {one}", name_key=f"region {one}") for one in range(REGIONS)]
    session.add_all(regions)
    session.flush()
    session.add_all(
        Store(name=f"Magasin {one}", name_key=f"magasin {one}", region=regions[one % REGIONS])
        for one in range(number)
    )
    template = Template(slug="t", name="t", created_at=NOW)
    brand = Brand(slug="b", name="b")
    session.add_all(
        Survey(slug=f"s{one}", name=f"S{one}", brand=brand, template=template, created_at=NOW)
        for one in range(SURVEYS)
    )
    session.flush()


def _drop_indexes(connection: Connection) -> list[sa.Index]:
    table: Any = Base.metadata.tables["nps_response"]
    found = [one for one in table.indexes if "invitation" not in (one.name or "")]
    for index in found:
        index.drop(connection)
    return found


def _make(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)


def _contacts(connection: Connection, number: int, stores: int) -> str:
    """One in a hundred is a VIP, one in ten lives in each of ten cities."""
    mod, day = _spells(connection)
    city = '\'{"city": "Ville \' || ' + mod("n", 10) + " || '\"}'"
    attributes = _json(connection, city)
    return f"""
        INSERT INTO nps_contact (id, source, external_id, email, address, first_name, last_name, company, phone,
            language, owner, notes, tags, attributes, store_id, last_category, previous_category, last_score,
            created_at, updated_at)
        SELECT n, 'crm', 'C-' || n, 'c' || n || '@example.org', 'c' || n || '@example.org', 'Claire', 'N' || n, '', '',
            'fr', '', '', CASE WHEN {mod("n", 100)} = 7 THEN '|vip|' ELSE '' END,
            {attributes},
            {_first(connection, "nps_store")} + {mod("n", stores)},
            CASE {mod("n", 3)} WHEN 0 THEN 'promoter' WHEN 1 THEN 'passive' ELSE 'detractor' END, '', 9,
            {day("n", DAYS)}, {day("n", DAYS)}
        FROM {_series(connection, number)}"""


def _interactions(connection: Connection, number: int, contacts: int, stores: int) -> str:
    mod, day = _spells(connection)
    return f"""
        INSERT INTO nps_interaction (source, kind, reference, occurred_at, contact_id, store_id, agent, data, created_at)
        SELECT 'crm', CASE {mod("n", 4)} WHEN 0 THEN 'ticket' ELSE 'order' END, 'R-' || n, {day("n * 7919", DAYS)},
            1 + {mod(f"n * 7919 + n / {contacts}", contacts)}, {_first(connection, "nps_store")} + {mod("n", stores)},
            'Agent ' || {mod("n", AGENTS)}, {_json(connection, "'{}'")}, {day("n", DAYS)}
        FROM {_series(connection, number)}"""


def _responses(connection: Connection, number: int, contacts: int, stores: int) -> str:
    """In the order of their days, as they would have come; each drawn by arithmetic."""
    mod, _day = _spells(connection)
    length = len(DISTRIBUTION)
    spread = f"(n * 7919 + n / {length})"
    drawn = (
        f"CAST(substr('{DISTRIBUTION}', 1 + CAST({mod(spread, length)} AS INTEGER), 1) AS INTEGER)"
    )
    offset = f"CAST(n * {DAYS} / {number + 1} AS INTEGER)"
    on = (
        f"(DATE '{FIRST}' + {offset})"
        if _is_pg(connection)
        else f"date('{FIRST}', '+' || {offset} || ' days')"
    )
    at = (
        f"({on} + TIME '12:00') AT TIME ZONE 'UTC'"
        if _is_pg(connection)
        else f"{on} || ' 12:00:00.000000'"
    )
    store = f"{_first(connection, 'nps_store')} + {mod('n * 104729', stores)}"
    mail = f"CASE WHEN {mod('n', 2 * MAILS)} = 0 THEN n / {2 * MAILS} END"
    return f"""
        INSERT INTO nps_response (invitation_id, survey_id, contact_id, campaign_name, channel, score, scale, category, comment,
            answered_at, answered_on, store_id, region_id, agent, language, evidence, browser, excluded_by,
            excluded_why)
        SELECT mail, survey, contact, campaign, 'mail', score, '0-10',
            CASE WHEN score >= 9 THEN 'promoter' WHEN score >= 7 THEN 'passive' ELSE 'detractor' END,
            comment, moment, day, store, {_first(connection, "nps_region")} + {mod("store", REGIONS)}, agent, 'fr',
            evidence, '', '', ''
        FROM (SELECT {mail} AS mail, {_first(connection, "nps_survey")} + {mod("n / 3", SURVEYS)} AS survey,
            1 + {mod("n * 15485863", contacts)} AS contact, 'Vague ' || {mod("n", 50)} AS campaign,
            CASE {drawn} WHEN 0 THEN 10 ELSE {drawn} END AS score,
            CASE {mod("n", COMMENTED)} WHEN 3 THEN 'Très bien reçu, merci' ELSE '' END AS comment,
            {at} AS moment, {on} AS day, {store} AS store, 'Agent ' || {mod("n", AGENTS)} AS agent,
            CASE {mod("n", CLICK_ONLY)} WHEN 5 THEN 'click-only' ELSE 'confirmed' END AS evidence
        FROM {_series(connection, number)}) AS drawn"""


def send(connection: Connection, number: int, contacts: int) -> None:
    """Mails to clients, all to one address; the first half of them will be answered."""
    mod, day = _spells(connection)
    address = "INSERT INTO nps_address (email, bounce_reason) VALUES ('c@example.org', '')"
    version = "INSERT INTO nps_template_version (template_id, number, created_at, created_by) SELECT id, 1, created_at, '' FROM nps_template"
    connection.exec_driver_sql(address)
    connection.exec_driver_sql(version)
    _make(
        connection,
        f"""
        INSERT INTO nps_invitation (id, cause, address_id, contact_id, survey_id, template_version_id, language,
            created_by, created_at, expires_at)
        SELECT n, 'one-shot:' || n, {_first(connection, "nps_address")}, 1 + {mod("n * 15485863", contacts)},
            {_first(connection, "nps_survey")} + {mod("n / 3", SURVEYS)}, {_first(connection, "nps_template_version")},
            'fr', '', {day("n", DAYS)}, {day("n", 1)}
        FROM {_series(connection, number)}""",
    )


def open_mails(connection: Connection, number: int, contacts: int, stores: int) -> None:
    """A machine opened each of the mails; then whoever answered did."""
    for verdict, most in (("machine", number), ("confirmed", number // 2)):
        _make(connection, _visits(connection, verdict, most, contacts, stores))


def _visits(connection: Connection, verdict: str, number: int, contacts: int, stores: int) -> str:
    mod, day = _spells(connection)
    at, store = day("n", DAYS), f"{_first(connection, 'nps_store')} + {mod('n * 104729', stores)}"
    on = f"({at})::date" if _is_pg(connection) else f"date({at})"
    return f"""
        INSERT INTO nps_visit (invitation_id, began_at, ended_at, requests, judge_at, judged_at, verdict, reasons,
            score, opened, survey_id, contact_id, store_id, region_id, opened_on)
        SELECT n, moment, moment, 11, moment, moment, '{verdict}', '',
            CASE WHEN {mod("n", SWEPT)} = 1 THEN {mod("n", 11)} END, 1 + {mod("n", 11)},
            {_first(connection, "nps_survey")} + {mod("n / 3", SURVEYS)}, 1 + {mod("n * 15485863", contacts)},
            store, {_first(connection, "nps_region")} + {mod("store", REGIONS)}, day
        FROM (SELECT n, {at} AS moment, {on} AS day, {store} AS store FROM {_series(connection, number)}) AS opened"""


def _first(connection: Connection, table: str) -> int:
    """The lowest number of a table whose numbers follow each other."""
    return connection.scalar(sa.text(f"SELECT MAX(id) - COUNT(*) + 1 FROM {table}")) or 1


def _series(connection: Connection, number: int) -> str:
    if _is_pg(connection):
        return f"generate_series(1::bigint, {number}) AS series(n)"
    return (
        "(WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series"
        f" WHERE n < {number}) SELECT n FROM series)"
    )


def _json(connection: Connection, text: str) -> str:
    return f"CAST({text} AS jsonb)" if _is_pg(connection) else text


def _is_pg(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _spells(connection: Connection) -> tuple[Any, Any]:
    """Modulo and a moment so many days before now, as each database writes them."""

    sign = "%%" if _is_pg(connection) else "%"  # the driver looks for gaps behind a %

    def mod(number: str, by: int) -> str:
        return f"(({number}) {sign} {by})"

    def moment(number: str, within: int) -> str:
        days = mod(number, within)
        if _is_pg(connection):
            return f"(TIMESTAMPTZ '{NOW:%Y-%m-%d %H:%M}+00' - make_interval(days => ({days})::int))"
        return f"datetime('{NOW:%Y-%m-%d %H:%M:%S}', '-' || {days} || ' days') || '.000000'"

    return mod, moment


def last_days(number: int) -> tuple[date, date]:
    """The last days of the house, both included."""
    last = FIRST + timedelta(days=DAYS - 1)
    return last - timedelta(days=number - 1), last

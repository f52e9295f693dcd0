"""A million waiting rows, while somebody holds an old snapshot -> what claiming and settling a row costs, early and late.

A plain `state ... LIMIT n SKIP LOCKED` meets all rows again that it has left behind; walking by key does not.
"""

from __future__ import annotations

import resource
from datetime import UTC, datetime
from statistics import median
from time import perf_counter, process_time
from typing import Any

import sqlalchemy as sa
from flask import Flask

from hopnps import database
from hopnps.models import Delivery, DeliveryState
from hopnps.services import claims
from hopnps.services.id_sets import among

BATCH = 200


def measure(app: Flask) -> dict[str, Any]:
    """Microseconds a row to claim, the median of each quarter; megabytes of memory after the first quarter and at the end."""
    with app.app_context():
        session = app.extensions["hopnps"].session
        engine = session.get_bind()
        holder = engine.connect()
        if engine.dialect.name == "postgresql":
            holder = holder.execution_options(isolation_level="REPEATABLE READ")
        database.intend(writing=False)
        holder.execute(sa.select(sa.func.count()).select_from(Delivery))  # its snapshot stays
        total = holder.scalar(sa.select(sa.func.count()).select_from(Delivery)) or 0
        database.intend(writing=True)
        spent, memory = _claim_all(session, total)
        holder.close()
    quarter = len(spent) // 4
    return {
        "rows": total,
        "quarters": [median(spent[at * quarter : (at + 1) * quarter]) for at in range(4)],
        "memory": memory,
    }


def _claim_all(session: Any, total: int) -> tuple[list[float], list[float]]:
    walk, spent, memory = claims.Walk(), [], []
    now = datetime.now(UTC)
    # SQLite works in this process, so that others at work on the machine can be left out
    clock = process_time if session.get_bind().dialect.name == "sqlite" else perf_counter
    while True:
        start = clock()
        lease = claims.claim(
            session, limit=BATCH, lease_seconds=600, due_by=now, now=now, walk=walk
        )
        session.commit()
        if lease is None:
            break
        spent.append((clock() - start) / len(lease.ids) * 1e6)
        session.execute(
            sa.update(Delivery.__table__)
            .where(among(Delivery.id, lease.ids))
            .values(state=DeliveryState.SENT, lease="")
        )
        session.commit()
        if len(spent) * BATCH in {total // 4 // BATCH * BATCH, total // BATCH * BATCH}:
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return spent, memory

"""A database connection -> the seconds spent since a moment, by the clock and by the processors, the server's too."""

from __future__ import annotations

from time import perf_counter, process_time
from typing import Any

import sqlalchemy as sa

Spent = dict[str, float]


class Stopwatch:
    """Seconds spent since it was made, by the clock and by the processors."""

    def __init__(self, connection: sa.Connection) -> None:
        self._server: Any = None
        if connection.dialect.name == "postgresql":
            import psutil

            backend = connection.scalar(sa.text("SELECT pg_backend_pid()"))
            self._server = psutil.Process(backend).parent()
        self._start = self._now()

    def spent(self) -> Spent:
        return {by: now - self._start[by] for by, now in self._now().items()}

    def _now(self) -> Spent:
        served = _processor_seconds(self._server) if self._server else 0
        return {"clock": perf_counter(), "processor": process_time() + served}


def _processor_seconds(server: Any) -> float:
    """Of the server, its processes, and those that have ended."""
    return sum(server.cpu_times()[:4]) + sum(
        sum(one.cpu_times()[:2]) for one in server.children(recursive=True)
    )

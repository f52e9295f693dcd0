"""Numbers in addresses -> numbers that a database can look up; anything larger finds nothing."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.routing import IntegerConverter

LARGEST = 2**31 - 1  # an INTEGER of PostgreSQL
LAST_PAGE = 100_000


class RowConverter(IntegerConverter):
    """`<nps_row:contact_id>`: the id of a row; a larger number is an unknown address."""

    def __init__(self, url_map: object) -> None:
        super().__init__(url_map, min=1, max=LARGEST)  # type: ignore[arg-type]


def arm(app: Flask) -> None:
    """Teach this app our converter, under a name no host uses."""
    app.url_map.converters["nps_row"] = RowConverter


def asked(name: str) -> int:
    """A row's id from the query or form; 0 for anything that is none."""
    number = request.values.get(name, 0, type=int)
    return number if 0 < number <= LARGEST else 0


def page() -> int:
    """The page of a list that is asked for, from 1."""
    return min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)

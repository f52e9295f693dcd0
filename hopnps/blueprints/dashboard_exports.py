"""What is on the dashboard's screen -> a table for a spreadsheet, or one chart as a picture."""

from __future__ import annotations

import re
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from hopnps import access, doors, pictures
from hopnps.blueprints import dashboard, dashboard_table
from hopnps.domain import sheets
from hopnps.i18n import gettext as _

bp = Blueprint("hopnps_figures", __name__)
access.guard(bp)
CHARTS = ("scale", "scores", "trend")
_FRAME = re.compile(r'<svg class="chart"[^>]*>')
PICTURES = {"svg": "image/svg+xml", "png": "image/png"}


@bp.get("/dashboard/tables/<form>")
@access.opened_to(access.STAFF)
def table(form: str) -> ResponseReturnValue:
    """All figures that the dashboard shows with these filters, as a file; `form` is csv, csv-fr or xlsx."""
    if form not in {*sheets.Format}:
        abort(404)
    board = dashboard.asked_board()
    if board["filters"].faults:
        return _back(board)
    house = board["house_formula"]
    file = TemporaryFile()  # noqa: SIM115  (closed when it was sent)
    sheets.write(
        file,
        format_ := sheets.Format(form),
        dashboard_table.headers(house),
        dashboard_table.lines(board, house),
    )
    file.seek(0)
    ending = "xlsx" if format_ is sheets.Format.XLSX else "csv"
    return _as_file(file, sheets.CONTENT_TYPES[format_], f"nps.{ending}")


@bp.get("/dashboard/charts/<name>.<form>")
@access.opened_to(access.STAFF)
def chart(name: str, form: str) -> ResponseReturnValue:
    """One chart of the dashboard as it stands there, on white; `form` is svg or png."""
    if name not in CHARTS or form not in PICTURES:
        abort(404)
    board = dashboard.asked_board()
    if board["filters"].faults:
        return _back(board)
    if "bars" not in board or not board.get("trend"):
        abort(404)
    drawn = render_template(
        "hopnps/dashboard/chart.svg",
        name=name,
        title=_title(name),
        styles=pictures.style_sheet(),
        nobody=lambda **_more: "",
        **board,
    )
    drawn = _flat(drawn)
    data = drawn.encode() if form == "svg" else pictures.png_of(drawn)
    return _as_file(BytesIO(data), PICTURES[form], f"{name}.{form}")


def _flat(drawn: str) -> str:
    """Without the frame that a chart wears within a page."""
    head, rest = _FRAME.split(drawn, maxsplit=1)
    return head + rest.replace("</svg>", "", 1)


def _title(name: str) -> str:
    return {"scale": "NPS", "scores": _("Answers by score"), "trend": _("NPS over time")}[name]


def _back(board: dict[str, Any]) -> ResponseReturnValue:
    """To the dashboard, which says what cannot be read."""
    return redirect(url_for("hopnps_dashboard.show", **board["filters"].active))


def _as_file(file: Any, content_type: str, name: str) -> Response:
    day = doors.now().astimezone(doors.house().timezone)
    answer = send_file(
        file,
        mimetype=content_type,
        as_attachment=True,
        download_name=f"hopnps-{day:%Y-%m-%d}-{name}",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer

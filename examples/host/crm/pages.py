"""The CRM's own pages: log in, clients, a client, a ticket."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required, login_user, logout_user

from examples.host.crm import surveys
from examples.host.crm.models import Client, Person, Ticket, db
from hopnps.domain.errors import HopNPSError

bp = Blueprint("pages", __name__)


@bp.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    if request.method == "POST":
        login_user(db.get_or_404(Person, request.form["person"]))
        way = request.args.get("next", "")
        inside = way.startswith("/") and not way.startswith(("//", "/\\"))
        return redirect(way if inside else url_for(".clients"))
    return render_template("crm/login.html", people=db.session.query(Person).order_by(Person.name))


@bp.post("/logout")
@login_required
def logout() -> ResponseReturnValue:
    logout_user()
    return redirect(url_for(".login"))


@bp.get("/")
@login_required
def clients() -> str:
    return render_template(
        "crm/clients.html", clients=db.session.query(Client).order_by(Client.name)
    )


@bp.get("/clients/<int:number>")
@login_required
def client(number: int) -> str:
    found = db.get_or_404(Client, number)
    return render_template("crm/client.html", client=found, answers=surveys.answers(found))


@bp.post("/clients/<int:number>/tickets")
@login_required
def open_ticket(number: int) -> ResponseReturnValue:
    subject = request.form.get("subject", "").strip() or "No subject"
    opened = Ticket(client=db.get_or_404(Client, number), subject=subject, agent=current_user.name)
    db.session.add(opened)
    db.session.commit()
    return redirect(url_for(".ticket", number=opened.id))


@bp.get("/tickets/<int:number>")
@login_required
def ticket(number: int) -> str:
    found = db.get_or_404(Ticket, number)
    refusal = ""
    if found.closed_at:
        refusal = surveys.nps.refusal(surveys.hand_in(found))
        db.session.rollback()  # a page that is looked at writes nothing
    return render_template("crm/ticket.html", ticket=found, refusal=refusal, nonce=uuid4().hex)


@bp.post("/tickets/<int:number>/closure")
@login_required
def close_ticket(number: int) -> ResponseReturnValue:
    found = db.get_or_404(Ticket, number)
    found.closed_at = found.closed_at or datetime.now(UTC)
    surveys.hand_in(found)
    db.session.commit()
    flash(f"{found} is closed.")
    return redirect(url_for(".ticket", number=number))


@bp.post("/tickets/<int:number>/survey")
@login_required
def send_survey(number: int) -> ResponseReturnValue:
    found = db.get_or_404(Ticket, number)
    try:
        surveys.nps.send(surveys.hand_in(found), nonce=request.form.get("nonce", ""))
        db.session.commit()
        flash(f"{found.client} is asked about {found}.")
    except HopNPSError as refused:
        db.session.rollback()
        flash(surveys.nps.say(refused))
    return redirect(url_for(".ticket", number=number))

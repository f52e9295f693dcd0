"""A colleague's own door, in our own application: log in and out, change the password, choose language and theme."""

from __future__ import annotations

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from hopnps import access, doors, pages
from hopnps.blueprints import house
from hopnps.blueprints.login import log_in, logged_in
from hopnps.blueprints.login_limits import forget_attempts, hear_attempt, note_failure
from hopnps.blueprints.passwords import set_password
from hopnps.domain.errors import HopNPSError
from hopnps.domain.languages import LANGUAGES
from hopnps.forms.account import ChangeForm, LoginForm
from hopnps.i18n import gettext as _
from hopnps.i18n import say
from hopnps.models import User
from hopnps.services import places, users

bp = Blueprint("hopnps_account", __name__)
access.guard(bp)
pages.dress(bp)


@bp.route("/login", methods=["GET", "POST"])
@access.public
def login() -> ResponseReturnValue:
    form = LoginForm(next=request.args.get("next", ""))
    if logged_in():
        return redirect(pages.way_back())
    if form.validate_on_submit() and (user := _authenticated(form)):
        log_in(user)
        return redirect(pages.way_back())
    return render_template("hopnps/account/login.html", form=form)


@bp.post("/logout")
@access.public
def logout() -> ResponseReturnValue:
    logout_user()
    session.pop("language", None)
    return redirect(url_for(".login"))


@bp.get("/account")
@access.opened_to(access.STAFF)
def show() -> ResponseReturnValue:
    return _page(ChangeForm())


@bp.post("/account")
@access.opened_to(access.STAFF)
def change_password() -> ResponseReturnValue:
    """The present password is asked, and counted like a login: an open screen is no way in."""
    form, user = ChangeForm(), logged_in()
    if user and form.validate_on_submit() and _present(form, user) and set_password(form, user):
        log_in(user)
        flash(_("Your password is changed. You are logged out everywhere else."), "success")
        return redirect(url_for(".show"))
    return _page(form)


@bp.post("/language")
@access.public
def choose_language() -> ResponseReturnValue:
    """For this visit, and for good if somebody is logged in."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        _prefer(language=chosen)
    return redirect(pages.way_back())


@bp.post("/account/theme")
@access.opened_to(access.STAFF)
def choose_theme() -> ResponseReturnValue:
    """For this colleague wherever they log in, and in this browser for when they are logged out."""
    chosen = request.form.get("theme", "")
    if chosen in pages.THEMES:
        _prefer(theme=chosen)
    return house.choose_theme()


def _page(form: ChangeForm) -> str:
    user = logged_in()
    given = places.names_of(user) if user else []
    return render_template("hopnps/account/show.html", user=user, form=form, places=given)


def _prefer(**choice: str) -> None:
    """Keep a choice with who is logged in."""
    if user := logged_in():
        users.prefer(doors.session(), user, **choice)
        doors.session().commit()


def _authenticated(form: LoginForm) -> User | None:
    email, password = form.email.data, form.password.data
    hear_attempt(email)
    try:
        user = users.authenticate(doors.house().session, email, password)
    except HopNPSError as refusal:
        note_failure(email)
        form.password.errors = [say(refusal)]
        return None
    forget_attempts(email)
    return user


def _present(form: ChangeForm, user: User) -> bool:
    hear_attempt(user.email)
    try:
        users.authenticate(doors.house().session, user.email, form.present.data)
    except HopNPSError:
        note_failure(user.email)
        form.present.errors = [_("This is not your present password.")]
        return False
    forget_attempts(user.email)
    return True

"""A colleague's own door, in our own application: log in and out, choose a password, a language."""

from __future__ import annotations

from datetime import UTC, datetime

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
from hopnps.blueprints.login import log_in, logged_in
from hopnps.blueprints.login_limits import forget_attempts, hear_attempt, note_failure
from hopnps.domain.errors import HopNPSError, Invalid
from hopnps.domain.languages import LANGUAGES
from hopnps.forms.account import ChangeForm, LoginForm, PasswordForm
from hopnps.i18n import gettext as _
from hopnps.i18n import say
from hopnps.models import User
from hopnps.services import password_links, users

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
    return render_template("hopnps/account/show.html", user=logged_in(), form=ChangeForm())


@bp.post("/account")
@access.opened_to(access.STAFF)
def change_password() -> ResponseReturnValue:
    """The present password is asked, and counted like a login: an open screen is no way in."""
    form, user = ChangeForm(), logged_in()
    if user and form.validate_on_submit() and _present(form, user) and _set(form, user):
        log_in(user)
        flash(_("Your password is changed. You are logged out everywhere else."), "success")
        return redirect(url_for(".show"))
    return render_template("hopnps/account/show.html", user=user, form=form)


@bp.route("/password/<int:until>/<token>", methods=["GET", "POST"])
@access.public
def choose_password(until: int, token: str) -> ResponseReturnValue:
    """Where a set-password link leads."""
    house = doors.house()
    user = password_links.follow(house.session, house.links, until, token, now=datetime.now(UTC))
    form = PasswordForm()
    if form.validate_on_submit() and _set(form, user):
        log_in(user)
        flash(_("Your password is set. Welcome."), "success")
        return redirect(url_for("hopnps.home"))
    return render_template("hopnps/account/password.html", user=user, form=form)


@bp.post("/language")
@access.public
def choose_language() -> ResponseReturnValue:
    """For this visit, and for good if somebody is logged in."""
    chosen, user = request.form.get("language", ""), logged_in()
    if chosen in LANGUAGES:
        session["language"] = chosen
        if user:
            user.language = chosen
            doors.house().session.commit()
    return redirect(pages.way_back())


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


def _set(form: PasswordForm, user: User) -> bool:
    try:
        users.set_password(doors.house().session, user, form.password.data)
    except Invalid as fault:
        form.password.errors = [say(fault)]
        return False
    doors.house().session.commit()
    return True

"""A link in a mail -> a password: asking for the link, following it, choosing. For who is not logged in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from hopnps import access, doors, pages
from hopnps.blueprints.login import log_in
from hopnps.blueprints.login_limits import hear_wish
from hopnps.domain.errors import Invalid, NotFound
from hopnps.forms.account import ForgottenForm, PasswordForm
from hopnps.i18n import gettext as _
from hopnps.i18n import say
from hopnps.models import User
from hopnps.services import password_links, users

bp = Blueprint("hopnps_passwords", __name__)
access.guard(bp)
pages.dress(bp)


@bp.route("/password", methods=["GET", "POST"])
@access.public
def forgotten() -> ResponseReturnValue:
    """The same answer, after the same work, whether somebody has this address or not."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("hopnps/account/forgotten.html", form=form)
    email = form.email.data
    hear_wish(email)
    users.ask_new_password(doors.session(), email, language=doors.language(), now=doors.now())
    doors.session().commit()
    return render_template("hopnps/account/forgotten.html", form=form, asked=email)


@bp.route("/password/<int:until>/<token>", methods=["GET", "POST"])
@access.public
def choose(until: int, token: str) -> ResponseReturnValue:
    """Where the link leads; it ends with the choice, and so does every session open elsewhere."""
    house = doors.house()
    try:
        user = password_links.follow(house.session, house.links, until, token, now=doors.now())
    except NotFound as ended:
        return _ended(ended)
    form = PasswordForm()
    if form.validate_on_submit() and set_password(form, user):
        log_in(user)
        flash(_("Your password is set. Welcome."), "success")
        return redirect(url_for("hopnps.home"))
    return render_template("hopnps/account/password.html", user=user, form=form)


def _ended(why: NotFound) -> ResponseReturnValue:
    """What a link says that opens nothing any more, beside the way to a new one."""
    title = _("This link does not work any more")
    return render_template("hopnps/account/ended.html", title=title, text=say(why), code=404), 404


def set_password(form: PasswordForm, user: User) -> bool:
    """Keep what was typed; a weak one is told at its field."""
    try:
        users.set_password(doors.session(), user, form.password.data)
    except Invalid as fault:
        form.password.errors = [say(fault)]
        return False
    doors.session().commit()
    return True

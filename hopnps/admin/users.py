"""Colleagues on the screen: who they are, what they may do, the link by which they choose a password."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy.orm import Session

from hopnps import doors
from hopnps.access import ADMINS
from hopnps.admin import cells, filters
from hopnps.admin.base import ServiceView
from hopnps.domain.errors import N_
from hopnps.forms import choices
from hopnps.forms.users import UserForm
from hopnps.i18n import gettext
from hopnps.i18n import lazy_gettext as _
from hopnps.models import NoticeKind, User
from hopnps.services import notices, password_links, places, users


def state(_view: Any, _context: Any, row: User, _name: str) -> Markup:
    if row.disabled_at:
        return cells.part("state", gettext("may not log in"), "danger")
    if not row.password_hash:
        return cells.part("state", gettext("invited"), "warn")
    return cells.part("state", gettext("active"), "good")


def seen(_view: Any, _context: Any, row: User, _name: str) -> str:
    return ", ".join(places.names_of(row)) or gettext("the whole house")


def role(_view: Any, _context: Any, row: User, _name: str) -> Markup:
    return cells.part("role_name", row.role)


def language(_view: Any, _context: Any, row: User, _name: str) -> Markup | str:
    return cells.part("language_name", row.language) if row.language else ""


class UserView(ServiceView):
    table = User
    title = N_("Colleagues")
    add_words = N_("Add a colleague")
    roles = editors = ADMINS
    form = UserForm
    details_template = "hopnps/admin/user.html"
    create_template = edit_template = "hopnps/admin/user_form.html"
    column_list = ("name", "email", "role", "places", "state")
    column_details_list = ("email", "role", "places", "language", "state", "created_at")
    wide_columns = ("email", "places")
    column_labels = {
        "name": _("Name"),
        "email": _("E-mail"),
        "role": _("Role"),
        "places": _("Sees the clients of"),
        "state": _("State"),
        "language": _("Language"),
        "created_at": _("Since"),
    }
    column_formatters = column_formatters_detail = {
        "role": role,
        "places": seen,
        "language": language,
        "state": state,
    }
    column_sortable_list = ("name", "email")
    column_default_sort = "email"
    column_searchable_list = ("name", "email")
    column_filters = (filters.OneOf(User.role, _("Role"), options=choices.roles),)

    def create(self, session: Session, values: dict[str, Any], *, now: datetime) -> User:
        invited = values.pop("invite")
        user = users.add(session, **values, now=now)
        if invited:
            _invite(session, user, now=now)
        return user

    def change(self, session: Session, row: User, values: dict[str, Any], *, now: datetime) -> User:
        return users.change(session, row, **values)

    def place_tree(self) -> list[places.Place]:
        """What the form offers, region by region."""
        return places.tree(self.session.session)

    def details_of(self, row: User) -> dict[str, Any]:
        notice = notices.latest_to(
            self.session.session, row.email, NoticeKind.WELCOME, NoticeKind.NEW_PASSWORD
        )
        return super().details_of(row) | {"notice": notice}

    @expose("/invitation/", methods=("POST",))
    def invitation_view(self) -> ResponseReturnValue:
        """Mail a link to choose a password, the first time or once more."""
        row = self.asked_row()
        if self.saved(_invite, row):
            flash(gettext("A mail leaves for %(email)s.", email=row.email), "success")
        return redirect(self.get_url(".details_view", id=row.id))

    @expose("/link/", methods=("POST",))
    def link_view(self) -> ResponseReturnValue:
        """Show a new link once; it is kept nowhere."""
        row = self.asked_row()
        address = password_links.make(self.house().links, row, now=datetime.now(UTC))
        return self.render(self.details_template, **self.details_of(row), link=address)

    @expose("/login-right/", methods=("POST",))
    def login_right_view(self) -> ResponseReturnValue:
        """Let somebody log in no more, or again."""
        row = self.asked_row()
        if self.saved(_turn, row):
            off = gettext("%(name)s can no longer log in, and is logged out.", name=row)
            flash(
                off if row.disabled_at else gettext("%(name)s can log in again.", name=row),
                "success",
            )
        return redirect(self.get_url(".details_view", id=row.id))


def _invite(session: Session, row: User, *, now: datetime) -> User:
    users.invite(session, row, language=doors.language(), by=doors.asker(), now=now)
    return row


def _turn(session: Session, row: User, *, now: datetime) -> User:
    if row.disabled_at:
        users.enable(session, row)
    else:
        users.disable(session, row, now=now)
    return row

"""The page of settings: what the house chose, and what the environment or config.py fixes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from hopnps import access, doors
from hopnps.choosable import CHOOSABLE, zones
from hopnps.domain.sending_hours import read_days
from hopnps.forms.settings import SettingsForm
from hopnps.i18n import gettext as _
from hopnps.services import brands, chosen, pacing
from hopnps.setting_values import DEFAULT
from hopnps.settings import SETTINGS

bp = Blueprint("hopnps_settings", __name__)
access.guard(bp)
SECRETS = {"SECRET_KEY", "HOPNPS_TOKEN_KEYS", "MAIL_PASSWORD", "MAIL_USERNAME"}
MADE_ONCE = {"SECRET_KEY", "HOPNPS_TOKEN_KEYS"}  # in the instance, where nobody sets them
ADDRESSES = {"HOPNPS_DATABASE_URL"}  # may hold a password


@bp.get("/settings")
@access.opened_to(access.ADMINS)
def show() -> ResponseReturnValue:
    return _page(_form(data=_now_set()))


@bp.post("/settings")
@access.opened_to(access.ADMINS)
def save() -> ResponseReturnValue:
    """All fields at once; they take effect at the next request and the next turn of every worker."""
    form = _form()
    form.refuse(chosen.faults(form.typed) if form.validate() else [])
    if form.errors or any(field.errors for field in form):
        return _page(form)
    changed = chosen.save(doors.session(), form.typed, by=doors.asker(), now=doors.now())
    if any(key.startswith(("HOPNPS_SENDING_", "HOPNPS_RATE_")) for key in changed):
        pacing.let_go(doors.session(), now=doors.now())
    doors.session().commit()
    flash(_("The settings are saved. They count from now on."), "success")
    return redirect(url_for(".show"))


def _form(**given: Any) -> SettingsForm:
    form = SettingsForm(**given)
    form.leave_out([key for key in CHOOSABLE if _origin(key) != DEFAULT])
    return form


def _page(form: SettingsForm) -> str:
    return render_template(
        "hopnps/settings/show.html",
        form=form,
        rows=chosen.rows(doors.session()),
        brand=brands.house(doors.session()),
        zones=zones(),
        defaults={key: one.typed(one.default) for key, one in CHOOSABLE.items()},
        now_set=_now_set(),
        week=read_days(doors.house().setting("HOPNPS_SENDING_DAYS")),
        origin=_origin,
        fixed=[_line(one.key) for one in SETTINGS if one.key not in CHOOSABLE],
    )


def _now_set() -> dict[str, str]:
    """What counts now, as one would type it."""
    return {key: one.typed(doors.house().setting(key)) for key, one in CHOOSABLE.items()}


def _line(key: str) -> dict[str, Any]:
    """What stands in the table of what only the environment or config.py sets; no secret is ever shown."""
    value = doors.house().setting(key)
    if key in SECRETS:
        shown: Any = _("set") if value or key in MADE_ONCE else _("not set")
    elif key in ADDRESSES:
        shown = str(value or "").partition(":")[0] or "sqlite"
    else:
        shown = (_("yes") if value else _("no")) if isinstance(value, bool) else value
    return {"key": key, "value": shown, "origin": _origin(key)}


def _origin(key: str) -> str:
    return doors.house().origins[key]

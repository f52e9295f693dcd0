"""A view of Flask-Admin -> one that is closed unless opened, wears our dress and hides no TypeError."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import Admin, AdminIndexView, BaseView, expose

from hopnps import access, pages
from hopnps.models import Role


class Guarded(BaseView):
    """`roles` may open the view; nobody may until it names them."""

    roles: frozenset[Role] = frozenset()
    _urls: list[tuple[Any, ...]]  # Flask-Admin's: (path, method's name, HTTP methods)

    def is_accessible(self) -> bool:
        asker = access.principal()
        return asker is not None and asker.may(self.roles)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        return access.refusal(self.roles) or abort(403)

    def create_blueprint(self, admin: Admin) -> Blueprint:
        blueprint = super().create_blueprint(admin)
        pages.dress(blueprint)
        return blueprint

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return fn(
            self, *args, **kwargs
        )  # Flask-Admin's own calls it twice when it raises TypeError


class FrontDoor(Guarded, AdminIndexView):
    """/admin leads where the front door of the house leads."""

    roles = access.STAFF

    def __init__(self, url: str) -> None:
        super().__init__(endpoint="hopnps_admin", url=url)
        self.static_folder = None  # our templates need nothing of Bootstrap or jQuery

    @expose("/")
    def index(self) -> ResponseReturnValue:
        return redirect(url_for("hopnps.home"))

"""A table of ours -> its list, details and forms, which save through the services, never around them.

To add a view, subclass ServiceView in a module of its own and name it in `hopnps.admin.VIEWS`:

    class StoreView(ServiceView):
        table = Store                       # endpoint hopnps_store, address /admin/store/
        title = N_("Stores")                # English; its French stands in a .po file
        add_words = N_("Add a store")       # on the button and above the form
        roles = access.STAFF                # who may look
        editors = access.MARKETING          # who may create, change, delete
        form = StoreForm                    # a hopnps.forms.base.GuardedForm
        column_list = ("name", "region")
        column_labels = {"name": _("Name"), ...}      # lazy_gettext
        column_filters = (filters.OneOf(Store.region_id, _("Region"), options=...),)

        def create(self, session, values, *, now): return stores.save(session, None, **values, now=now)
        def change(self, session, row, values, *, now): ...
        def remove(self, session, row): ...           # these two only with can_delete = True
        def check_removal(self, session, row): ...

A service's Invalid lands at its field, any other HopNPSError above the form; what was typed stays. Deleting, one or
many, asks first on a page of its own, which `losses` can make say what goes too. Templates are ours
(templates/hopnps/admin/{list,details,form,delete}.html), so every page works without JavaScript; a view may set its
own list_template, details_template, create_template, edit_template that extend them. `simple_list_pager = True` for
tables that grow: no row is counted, and with a `keyset` their pages go from row to row, the last as quick as the first.
Where services/scopes.py has a rule for the table, lists, counts, pages and deletions know the rows that who asks may
see; any other is 404. Endpoints: url_for("hopnps_store.index_view"), ".details_view" and ".edit_view" with id=,
".create_view".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from flask import abort, current_app, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hopnps import access, doors, formats, pages
from hopnps.admin import filters
from hopnps.admin.deletion import Deletion
from hopnps.admin.guarded import Guarded
from hopnps.admin.paging import FROM, FURTHEST_JUMP, UPTO, RowByRow
from hopnps.domain.errors import N_, HopNPSError, Refused
from hopnps.forms.base import GuardedForm
from hopnps.i18n import gettext as _
from hopnps.i18n import say
from hopnps.models import Role
from hopnps.services import scopes

WRITING = {"create_view", "edit_view"}
DELETING = {"delete_view", "action_view"}
# Flask-Admin's own ways out: formulas as they are, whole tables
UNSAFE = {"export", "ajax_update", "ajax_lookup"}
LARGEST_ID = 2**31 - 1
MEANWHILE = N_(
    "This does not fit with what was saved meanwhile. Nothing was changed; please look again."
)
FURTHEST_PAGE = 1_000_000
LONGEST_SEARCH = (
    200  # characters; each word is a condition, and a database takes no thousand of them
)


class ServiceView(Deletion, RowByRow, Guarded, ModelView):
    """One table's screens; see the module's docstring."""

    table: type
    title: str
    add_words = N_("Add")
    editors: frozenset[Role] = frozenset()

    form_base_class = GuardedForm
    can_delete = False
    can_view_details = True
    can_export = False
    page_size = 50
    order = ""  # in words, where no column shows it
    wide_columns: tuple[str, ...] = ()  # not shown on a phone
    list_template = "hopnps/admin/list.html"
    details_template = "hopnps/admin/details.html"
    create_template = edit_template = "hopnps/admin/form.html"
    column_type_formatters = {
        type(None): lambda view, value, name: "",
        datetime: lambda view, value, name: formats.moment(value),
        date: lambda view, value, name: formats.day(value),
        bool: lambda view, value, name: _("yes") if value else _("no"),
        list: lambda view, value, name: ", ".join(str(one) for one in value),
    }
    column_type_formatters_detail = column_type_formatters

    def __init__(self, db: Any) -> None:
        noun = self.table.__name__.lower()
        super().__init__(self.table, db, name=self.title, endpoint=f"hopnps_{noun}", url=noun)
        self._urls = [url for url in self._urls if url[1] not in self._shut()]

    def create(self, session: Session, values: dict[str, Any], *, now: datetime) -> Any:
        """The service call that makes a row of what was typed."""
        raise NotImplementedError

    def change(self, session: Session, row: Any, values: dict[str, Any], *, now: datetime) -> Any:
        """The service call that changes a row."""
        raise NotImplementedError

    def subtitle(self) -> str:
        """A sentence under the list's title."""
        return ""

    def empty_text(self) -> str:
        """What will stand in a list that is empty yet."""
        return ""

    def search_hint(self) -> str:
        """How far a search looks, where that is not to the end."""
        return ""

    def may_edit(self) -> bool:
        """Whether who asks may create, change and delete here."""
        asker = access.principal()
        return asker is not None and asker.may(self.editors)

    def may_delete(self) -> bool:
        """Whether who asks may delete here."""
        return self.can_delete and self.may_edit()

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> ResponseReturnValue:
        form = self.create_form()
        if self.validate_form(form):
            row = self.saved(self.create, form.values, form=form)
            if row is not None:
                flash(_("%(name)s is created.", name=row), "success")
                return redirect(self.get_save_return_url(row, is_created=True))
        return self.render(self.create_template, form=form, return_url=self._way_back())

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> ResponseReturnValue:
        row = self.asked_row()
        form = self.edit_form(obj=row)
        if self.validate_form(form) and self.saved(self.change, row, form.values, form=form):
            flash(_("%(name)s is saved.", name=row), "success")
            return redirect(self.get_save_return_url(row))
        return self.render(self.edit_template, form=form, model=row, return_url=self._way_back())

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        return self.render(self.details_template, **self.details_of(self.asked_row()))

    def details_of(self, row: Any) -> dict[str, Any]:
        """What the details template shows of a row."""
        return {
            "model": row,
            "details_columns": self._details_columns,
            "get_value": self.get_detail_value,
            "return_url": self._way_back(),
        }

    def saved(self, act: Callable[..., Any], *args: Any, form: Any = None) -> Any:
        """What the service made, committed; None if it refused, which is then said at the field or above the form."""
        session = self.session.session
        try:
            row = act(session, *args, now=datetime.now(UTC))
            session.commit()
        except HopNPSError as refusal:
            session.rollback()
            self._tell(refusal, form)
            return None
        except IntegrityError:  # somebody was quicker by a moment
            session.rollback()
            self._tell(Refused(MEANWHILE), form)
            return None
        return row

    def house(self) -> Any:
        """The extension on this app."""
        return current_app.extensions["hopnps"]

    def asked_row(self) -> Any:
        """The row that the address names; 404 without one."""
        return self.get_one(request.args.get("id")) or abort(404)

    def get_one(self, id: Any) -> Any:
        """A hostile id finds nothing, on every database; nor does one of a row that who asks may not see."""
        known = str(id or "").isdecimal() and int(id) <= LARGEST_ID
        row = self.session.session.get(self.table, int(id)) if known else None
        return row if row is not None and self._seen(row) else None

    def get_query(self) -> Any:
        """The rows that who asks may see; what a view adds, it adds to these."""
        return self._narrowed(super().get_query())

    def get_count_query(self) -> Any:
        return self._narrowed(super().get_count_query())

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        if self.can_view_details:
            return self.get_url(".details_view", id=model.id)
        return self._way_back()

    def controls(self, active: list[tuple[int, str, str]] | None) -> list[dict[str, Any]]:
        """The filters above the list, each with its value, for a form that works without JavaScript."""
        chosen = {index: value for index, _name, value in active or []}
        return [
            {
                "name": f"flt{index}_{index}",
                "label": one.name,
                "kind": getattr(one, "kind", "text"),
                "options": one.get_options(self),
                "value": chosen.get(index, ""),
            }
            for index, one in enumerate(self._filters or [])
        ]

    def _narrowed(self, query: Any) -> Any:
        scope = doors.scope()
        if scope.whole or not scopes.knows(self.table):
            return query
        return query.filter(scopes.within(self.table, scope))

    def _seen(self, row: Any) -> bool:
        return not scopes.knows(self.table) or scopes.sees(row, doors.scope(), self.session.session)

    def _shut(self) -> set[str]:
        """What is not built has no address."""
        opened = {"create_view": self.can_create, "edit_view": self.can_edit}
        opened |= dict.fromkeys(DELETING, self.can_delete) | dict.fromkeys(UNSAFE, False)
        return {name for name, is_open in opened.items() if not is_open}

    def _refresh_filters_cache(self) -> None:
        """Flask-Admin asks every filter for its options here, before there is an application; ours are asked later."""
        self._filters = self.get_filters()
        self._filter_groups = None
        # a form's names are numbers; a link from elsewhere says flt_<name>, which stays right when a filter is added
        self._filter_args = {
            name: (index, one)
            for index, one in enumerate(self._filters or [])
            for name in (self.get_filter_arg(index, one), filters.name_of(one))
        }

    def _get_list_extra_args(self) -> Any:
        found = super()._get_list_extra_args()
        for word in (FROM, UPTO):
            found.extra_args.pop(word, None)
        jumps = not (request.args.get(FROM) or request.args.get(UPTO))
        furthest = FURTHEST_JUMP if self.keyset and jumps else FURTHEST_PAGE
        found.page = min(max(found.page or 0, 0), furthest)
        found.search = found.search and found.search[:LONGEST_SEARCH]
        return found

    def _get_list_filter_args(self) -> list[Any] | None:
        found = super()._get_list_filter_args() or []
        return [(index, name, value) for index, name, value in found if value.strip()]

    def _handle_view(self, name: str, **kwargs: Any) -> ResponseReturnValue | None:
        refused = super()._handle_view(name, **kwargs)
        if refused is None and not self._may(name):
            abort(403)
        return refused

    def _may(self, name: str) -> bool:
        if name in DELETING:
            return self.may_delete()
        return self.may_edit() or not (name in WRITING or request.method == "POST")

    def _tell(self, refusal: HopNPSError, form: Any) -> None:
        for one in getattr(refusal, "faults", (refusal,)):
            name = getattr(one, "field", "")
            field = form[name] if form and name in form else None
            if field is None:
                flash(say(one), "error")
            else:
                field.errors = [*field.errors, say(one)]

    def _way_back(self) -> str:
        return pages.way_back("url", self.get_url(".index_view"))

"""Answers on the screen: a list to read and to search, never to change."""

from __future__ import annotations

from typing import Any

from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from markupsafe import Markup
from sqlalchemy import or_
from sqlalchemy.orm import joinedload

from hopnps import doors, formats
from hopnps.access import ADMINS, MARKETING, STAFF
from hopnps.admin import cells, filters
from hopnps.admin.base import ServiceView
from hopnps.admin.evidence import Evidenced
from hopnps.domain.errors import N_
from hopnps.domain.score import SCORES
from hopnps.forms.choices import categories, region_filter, store_filter, survey_filter
from hopnps.i18n import gettext
from hopnps.i18n import lazy_gettext as _
from hopnps.models import Channel, Contact, Response, Scale
from hopnps.models.response import Evidence
from hopnps.services import figures_names, list_search, scopes, segments
from hopnps.services.answer_filters import of_campaign
from hopnps.services.counted import counted
from hopnps.services.figures_slice import PRODUCT_FIELDS, of_product
from hopnps.services.portable import reads_as

LONGEST_CELL = 140


class Commented(BaseSQLAFilter):
    """Whether an answer says why."""

    kind = "choice"

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        column = self.get_column(alias)
        return query.filter(column != "" if value == "yes" else column == "")

    def validate(self, value: str) -> bool:
        return value in ("", "yes", "no")

    def operation(self) -> str:
        return gettext("is")


class InRegion(filters.OneOf):
    """A region with the regions in it."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.filter(self.get_column(alias).in_(scopes.regions_within([int(value)])))


class OfCampaign(filters.OneOf):
    """A campaign by its name: one of ours, or one that was imported."""

    link_name = "campaign"

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.filter(of_campaign(value))


class OfSegment(filters.OneOf):
    """The answers of those who are in a segment now."""

    link_name = "segment"

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        rule = segments.find(doors.session(), value).rule
        members = segments.members(rule, now=doors.now(), timezone=doors.house().timezone)
        return query.filter(self.get_column(alias).in_(members)) if rule else query


class Named(filters.OneOf):
    """A name that answers bear; the latest ones are offered, any other may come from a link."""

    def validate(self, value: str) -> bool:
        return True


class OfProduct(Named):
    """The answers about an order or ticket of a product."""

    link_name = "product"

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.filter(of_product(value, product_fields()))


class Counts(Commented):
    """Whether an answer enters the figures."""

    link_name = "counted"

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.filter(counted() if value == "yes" else ~counted())


def product_fields() -> tuple[str, ...]:
    return tuple(doors.house().setting("HOPNPS_PRODUCT_FIELDS")) or PRODUCT_FIELDS


def lately(names: str) -> Any:
    """What the latest answers name: agents, languages or products."""

    def offered() -> list[tuple[str, str]]:
        found = figures_names.lately(
            doors.session(), scope=doors.scope(), product_fields=product_fields()
        )
        return [(name, name) for name in getattr(found, names)]

    return offered


def evidences() -> list[tuple[str, str]]:
    return [
        (Evidence.CONFIRMED.value, gettext("somebody sent it")),
        (Evidence.CLICK_ONLY.value, gettext("a click alone")),
    ]


def in_the_figures() -> list[tuple[str, str]]:
    return [("yes", gettext("yes")), ("no", gettext("no, excluded"))]


def campaigns() -> list[tuple[str, str]]:
    names = figures_names.campaigns(doors.session(), scope=doors.scope())
    return [(name, name) for name in names]


def all_segments() -> list[tuple[str, str]]:
    return figures_names.segments(doors.session())


def scores() -> list[tuple[int, str]]:
    return [(score, str(score)) for score in SCORES]


def yes_or_no() -> list[tuple[str, str]]:
    return [("yes", gettext("with a comment")), ("no", gettext("without"))]


def scales() -> list[tuple[str, str]]:
    return [(scale.value, scale_words(scale)) for scale in Scale]


def scale_words(scale: str) -> str:
    if scale == Scale.OFFICIAL:
        return gettext("0 to 10")
    return gettext("1 to 10, kept apart")


def score(_view: Any, _context: Any, row: Response, _name: str) -> Markup:
    """A chip on the official scale; on another the scale stands beside the figure, and no category."""
    if row.scale == Scale.OFFICIAL:
        return cells.part("score_chip", row.score)
    return Markup('{} <span class="small mute nowrap">({})</span>').format(
        row.score, gettext("from 1 to 10")
    )


def comment(_view: Any, _context: Any, row: Response, _name: str) -> Markup | str:
    """Its beginning, marked with its language for whoever listens to it."""
    text = " ".join(row.comment.split())
    text = text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"
    return Markup('<span lang="{}">{}</span>').format(row.language, text) if row.language else text


def campaign(_view: Any, _context: Any, row: Response, _name: str) -> str:
    return row.campaign.name if row.campaign else row.campaign_name


def channel(_view: Any, _context: Any, row: Response, _name: str) -> str:
    return gettext("by mail") if row.channel == Channel.MAIL else gettext("imported")


class ResponseView(Evidenced, ServiceView):
    table = Response
    title = N_("Answers")
    import_kind, importers = "responses", MARKETING
    roles, editors = STAFF, ADMINS  # who may take one out of the figures
    can_create = can_edit = False
    simple_list_pager = True
    details_template = "hopnps/admin/response.html"
    column_list = ("answered_at", "score", "comment", "contact", "store", "campaign", "survey")
    column_details_list = (
        "contact",
        "survey",
        "answered_at",
        "scale",
        "store",
        "region",
        "agent",
        "campaign",
        "channel",
        "language",
    )
    wide_columns = ("contact", "store", "campaign", "survey")
    column_labels = {
        "answered_at": _("Date"),
        "score": _("Score"),
        "category": _("Category"),
        "comment": _("Comment"),
        "contact": _("Client"),
        "survey": _("Survey"),
        "store": _("Store"),
        "region": _("Region"),
        "agent": _("Served by"),
        "campaign": _("Campaign"),
        "channel": _("Came"),
        "language": _("Language"),
        "scale": _("Scale"),
    }
    column_formatters = {
        "answered_at": lambda view, context, row, name: formats.day(row.answered_on),
        "score": score,
        "comment": comment,
        "contact": cells.link,
        "campaign": campaign,
    }
    column_formatters_detail = {
        "answered_at": cells.happened,
        "contact": cells.link,
        "campaign": campaign,
        "channel": channel,
        "scale": lambda view, context, row, name: scale_words(row.scale),
        "language": lambda view, context, row, name: cells.part("language_name", row.language),
    }
    column_sortable_list = ()
    column_default_sort = [("answered_at", True), ("id", True)]
    keyset = (Response.answered_at, Response.id)
    column_searchable_list = ("comment",)
    column_filters = (
        filters.OneOf(Response.category, _("Category"), options=categories),
        filters.Since(Response.answered_on, _("From")),
        filters.Until(Response.answered_on, _("Until")),
        filters.OneOf(Response.store_id, _("Store"), options=store_filter),
        Commented(Response.comment, _("Comment"), options=yes_or_no),
        filters.OneOf(Response.survey_id, _("Survey"), options=survey_filter),
        InRegion(Response.region_id, _("Region"), options=region_filter),
        filters.OneOf(Response.scale, _("Scale"), options=scales),
        filters.OneOf(Response.score, _("Score"), options=scores),
        OfCampaign(Response.campaign_name, _("Campaign"), options=campaigns),
        OfSegment(Response.contact_id, _("Segment"), options=all_segments),
        Named(Response.agent, _("Served by"), options=lately("agents")),
        OfProduct(Response.invitation_id, _("Product"), options=lately("products")),
        Named(Response.language, _("Language"), options=lately("languages")),
        filters.OneOf(Response.evidence, _("Evidence"), options=evidences),
        Counts(Response.excluded_at, _("Counted"), options=in_the_figures),
    )

    def get_query(self) -> Any:
        return (
            super()
            .get_query()
            .options(
                joinedload(Response.contact),
                joinedload(Response.store),
                joinedload(Response.survey),
                joinedload(Response.campaign),
            )
        )

    def empty_text(self) -> str:
        return gettext("Answers appear here as soon as a client clicks a score and sends it.")

    def search_hint(self) -> str:
        if not list_search.is_partial(self.session.session, Response, scope=doors.scope()):
            return ""
        words = gettext("Comments are read in the %(count)s newest answers.")
        return words % {"count": formats.count(list_search.NEWEST)}

    def _apply_search(
        self, query: Any, count: Any, joins: Any, count_joins: Any, words: str
    ) -> Any:
        """Every word in the comment, or in the client's name; an address by its beginning."""
        if not scopes.is_small(doors.scope()):
            found = list_search.answers(self.session.session, words, scope=doors.scope())
            return query.filter(found), count, joins, count_joins
        query = query.outerjoin(Contact, Contact.id == Response.contact_id)
        for word in words.split()[:5]:
            query = query.filter(_says(word))
        return query, count, joins, count_joins


def _says(word: str) -> Any:
    if "@" in word:
        return filters.begins(Contact.address, word.lower())
    texts = (Response.comment, Contact.first_name, Contact.last_name, Contact.company)
    return or_(*(reads_as(text, word, before=True, after=True) for text in texts))

"""The people behind a number of a campaign: a list to page through and search, and the same as a file."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from hopnps import access, doors, numbers
from hopnps.blueprints.campaigns import words
from hopnps.blueprints.campaigns.room import bp, look
from hopnps.domain import sheets
from hopnps.domain.languages import FRENCH
from hopnps.domain.periods import day_of
from hopnps.i18n import gettext as _
from hopnps.services import campaign_people, campaigns
from hopnps.services.campaign_people import Group, Person

PAGE = 50


@bp.get("/campaigns/<nps_row:campaign_id>/people/<who>")
@access.opened_to(access.MARKETING)
def people(campaign_id: int, who: str) -> ResponseReturnValue:
    """A list behind a number; `?q=` keeps those whose name, company or address says these words."""
    group, page = _group(campaign_id, who), numbers.page()
    lines = campaign_people.page(
        doors.session(), group, limit=PAGE + 1, offset=PAGE * (page - 1), **look()
    )
    more = len(lines) > PAGE
    return render_template(
        "hopnps/campaigns/people.html",
        campaign=group.campaign,
        who=who,
        title=words.group(who),
        told=words.told(who),
        asks=words.asks(who),
        total=_total(group, len(lines), more) if page == 1 else None,
        letters=group.letters,
        lines=lines[:PAGE],
        page=page,
        more=more,
    )


def _total(group: Group, shown: int, more: bool) -> int:
    """How many they are; asked only where the first page does not hold them all."""
    return campaign_people.count(doors.session(), group, **look()) if more else shown


@bp.get("/campaigns/<nps_row:campaign_id>/people/<who>/file")
@access.opened_to(access.MARKETING)
def people_file(campaign_id: int, who: str) -> ResponseReturnValue:
    """The whole list as a CSV that the reader's own Excel opens; nothing in it can run as a formula."""
    group = _group(campaign_id, who)
    french = doors.language() == FRENCH
    format_ = sheets.Format.CSV_FR if french else sheets.Format.CSV
    found = campaign_people.everyone(doors.session(), group, **look())
    file = TemporaryFile()  # noqa: SIM115  (closed when it was sent)
    sheets.write(file, format_, _headers(), _rows(found))
    file.seek(0)
    answer = send_file(
        file,
        mimetype=sheets.CONTENT_TYPES[format_],
        as_attachment=True,
        download_name=f"campaign-{campaign_id}-{who}.csv",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _group(campaign_id: int, who: str) -> Group:
    return Group(
        campaigns.find(doors.session(), campaign_id),
        who,
        letters=request.args.get("q", "").strip()[:100],
        scope=doors.scope(),
    )


def _headers() -> list[str]:
    return [
        _("First name"),
        _("Last name"),
        _("Company"),
        _("E-mail"),
        _("Phone"),
        _("Store"),
        _("Mail"),
        _("Sent on"),
        _("May be asked from"),
        _("Score"),
        _("Comment"),
    ]


def _rows(found: Iterator[Person]) -> Iterator[list[sheets.Cell]]:
    zone = doors.house().timezone
    for one in found:
        person, mail, answer = one.contact, one.mail, one.answer
        yield [
            person.first_name,
            person.last_name,
            person.company,
            person.email,
            person.phone,
            person.store.name if person.store else "",
            words.fate(one),
            day_of(mail.sent_at, zone) if mail and mail.sent_at else None,
            one.askable_on,
            answer.score if answer else None,
            answer.comment if answer else "",
        ]

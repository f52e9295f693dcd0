"""How the house looks: reading and changing a brand, with colours that can be read."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import colours, mime
from hopnps.domain.errors import N_, Faults, Invalid, NotFound
from hopnps.domain.text import slugify
from hopnps.models import Brand, Image, Survey
from hopnps.services import survey_versions

HOUSE = "house"


def house(session: Session) -> Brand:
    """The brand of a mail without a survey: `house`, else the first there is."""
    found = session.scalars(sa.select(Brand).order_by(Brand.slug != HOUSE, Brand.id)).first()
    if found is None:
        raise NotFound(N_("There is no brand yet (hopnps db upgrade makes one)."))
    return found


def find(session: Session, slug: str) -> Brand:
    found = session.scalar(sa.select(Brand).filter_by(slug=slug))
    if found is None:
        raise NotFound(N_("There is no brand %(slug)s."), slug=slug)
    return found


def save(
    session: Session,
    brand: Brand | None = None,
    *,
    name: str,
    slug: str = "",
    sender: str = "",
    address_line: str = "",
    text_colour: str = "#ffffff",
    background_colour: str = "#17624a",
    dark_pages: bool = True,
    logo: Image | None = None,
    faults: Faults | None = None,
    by: str = "",
    now: datetime,
) -> Brand:
    """Change a brand, or make one; the surveys that wear it get a version of their new look.

    `faults`: what was found wrong while the form was read; it is told with the rest.
    Raises Invalid at the fields for a missing name, a bad sender or colour.
    """
    faults = faults or Faults()
    slug = brand.slug if brand else _free_slug(session, slug or slugify(name), name, faults)
    text, background = _checked(name, sender, text_colour, background_colour, faults)
    faults.tell()
    if brand is None:
        brand = Brand(slug=slug, name="")
        session.add(brand)
    brand.name, brand.sender = " ".join(name.split()), " ".join(sender.split())
    brand.address_line = " ".join(address_line.split())
    brand.text_colour, brand.background_colour = text, background
    brand.dark_pages, brand.logo = dark_pages, logo
    session.flush()
    for survey in session.scalars(sa.select(Survey).filter_by(brand_id=brand.id)).all():
        survey_versions.pinned(session, survey, by=by, now=now)
    return brand


def _checked(name: str, sender: str, text: str, background: str, faults: Faults) -> tuple[str, str]:
    """Both colours, legible; whatever is wrong goes to `faults`."""
    with faults.noted():
        if not name.strip():
            raise Invalid(N_("A brand needs a name."), field="name")
    with faults.noted():
        if sender.strip():
            mime.sender_of(sender)
    with faults.noted():
        return colours.pair(text, background)
    return text, background


def _free_slug(session: Session, slug: str, name: str, faults: Faults) -> str:
    with faults.noted():
        taken = slug and session.scalar(sa.select(Brand.id).filter_by(slug=slug))
        if name.strip() and (taken or not slug):
            raise Invalid(N_("Another one has this name already."), field="name")
    return slug

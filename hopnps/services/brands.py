"""How the house looks: reading and changing a brand, with colours that can be read."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import colours, mime
from hopnps.domain.errors import N_, Invalid, NotFound
from hopnps.domain.text import slugify
from hopnps.models import Brand, Image

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
    logo: Image | None = None,
) -> Brand:
    """Change a brand, or make one. Raises Invalid at the field for a missing name, a bad sender or colour."""
    if not name.strip():
        raise Invalid(N_("A brand needs a name."), field="name")
    if sender.strip():
        mime.sender_of(sender)
    text, background = colours.pair(text_colour, background_colour)
    brand = brand or _made(session, slug or slugify(name))
    brand.name, brand.sender = " ".join(name.split()), " ".join(sender.split())
    brand.address_line = " ".join(address_line.split())
    brand.text_colour, brand.background_colour = text, background
    brand.logo = logo
    session.flush()
    return brand


def _made(session: Session, slug: str) -> Brand:
    if not slug or session.scalar(sa.select(Brand.id).filter_by(slug=slug)):
        raise Invalid(N_("Another one has this name already."), field="name")
    brand = Brand(slug=slug, name="")
    session.add(brand)
    return brand

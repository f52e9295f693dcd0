"""Answers for the stage: what somebody gave to a survey, some days before noon."""

from datetime import timedelta

from hopnps.domain.score import category_of
from hopnps.models import Brand, Response, Survey, Template
from hopnps.services import rollups
from tests.conftest import NOON


def answer(
    session,
    contact,
    score,
    comment="",
    *,
    days=0,
    scale="0-10",
    commit=True,
    counted=True,
    **overrides,
):
    """An answer to the survey `relation`, `days` before noon; unless `counted` is False the figures know it."""
    moment = NOON - timedelta(days=days)
    values = {
        "survey": relation(session),
        "contact": contact,
        "score": score,
        "comment": comment,
        "scale": scale,
        "category": category_of(score) if scale == "0-10" else "",
        "answered_at": moment,
        "answered_on": moment.date(),
    }
    response = Response(**values | overrides)
    session.add(response)
    session.flush()
    if counted:
        rollups.put_in(session, Response.id == response.id)
    session.commit() if commit else session.flush()


def relation(session):
    found = session.query(Survey).filter_by(slug="relation").one_or_none()
    if found is None:
        template = Template(slug="t", name="t", created_at=NOON)
        brand = Brand(slug="b", name="b")
        found = Survey(slug="relation", name="R", brand=brand, template=template, created_at=NOON)
        session.add(found)
        session.commit()
    return found

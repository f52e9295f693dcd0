"""Answers for the stage: what somebody gave to a survey, some days before noon."""

from datetime import timedelta

from hopnps.domain.score import category_of
from hopnps.models import Brand, Response, Survey, Template, Visit
from hopnps.services import rollups
from tests.conftest import NOON


def answer(session, contact, score, comment="", *, commit=True, counted=True, **values):
    """An answer to the survey `relation`, `days` before noon; unless `counted` is False the figures know it."""
    response = _response(session, contact, score, comment, **values)
    _keep(session, [response], counted)
    session.commit() if commit else session.flush()


def answers(session, scores, **values):
    """Many at once, of nobody in particular: with one comment, place and day for all of them."""
    survey = values.pop("survey", None) or relation(session)
    _keep(session, [_response(session, None, score, survey=survey, **values) for score in scores])
    session.commit()


def swept(invitation, score=None, *, opened=1, days=0):
    """A machine's visit, judged; the figures do not know it yet."""
    moment = NOON - timedelta(days=days)
    moments = dict.fromkeys(("began_at", "ended_at", "judge_at", "judged_at"), moment)
    return Visit(
        invitation_id=invitation.id,
        verdict="machine",
        score=score,
        opened=opened,
        survey_id=invitation.survey_id,
        store_id=invitation.contact.store_id,
        region_id=invitation.contact.store and invitation.contact.store.region_id,
        opened_on=moment.date(),
        **moments,
    )


def _response(session, contact, score, comment="", *, days=0, scale="0-10", **overrides):
    moment = NOON - timedelta(days=days)
    values = {
        "survey": overrides.pop("survey", None) or relation(session),
        "contact": contact,
        "score": score,
        "comment": comment,
        "scale": scale,
        "category": category_of(score) if scale == "0-10" else "",
        "answered_at": moment,
        "answered_on": moment.date(),
    }
    return Response(**values | overrides)


def _keep(session, responses, counted=True):
    session.add_all(responses)
    session.flush()
    if counted:
        rollups.put_in(session, Response.id.in_([one.id for one in responses]))


def relation(session):
    found = session.query(Survey).filter_by(slug="relation").one_or_none()
    if found is None:
        template = Template(slug="t", name="t", created_at=NOON)
        brand = Brand(slug="b", name="b")
        found = Survey(slug="relation", name="R", brand=brand, template=template, created_at=NOON)
        session.add(found)
        session.commit()
    return found

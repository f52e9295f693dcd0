"""What a sending command names by slug -> the rows, or a sentence that says there is none."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, Invalid
from hopnps.models import Survey, Template
from hopnps.services import figures_names, templates


def mail_named(
    session: Session, survey: str | None, template: str | None
) -> tuple[Survey | None, Template | None]:
    """A survey, a template or both. Raises NotFound, or Invalid for neither."""
    if not (survey or template):
        raise Invalid(N_("Choose a survey or a template."), field="survey")
    return (
        figures_names.find_survey(session, survey) if survey else None,
        templates.find(session, template) if template else None,
    )

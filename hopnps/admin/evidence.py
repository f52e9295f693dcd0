"""What speaks for an answer, on its page; and the administrator's word whether it counts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose

from hopnps import doors
from hopnps.domain.evidence import Reason, Verdict
from hopnps.i18n import gettext as _
from hopnps.models import Evidence, Response, ResponseChange, Visit, Way
from hopnps.services import clicks, exclusions


class Evidenced:
    """Adds to the answers' screens what `templates/hopnps/admin/response.html` shows of evidence."""

    def details_of(self: Any, row: Response) -> dict[str, Any]:
        shown = {
            "visits": clicks.visits_of(self.session.session, row.invitation_id),
            "way": way_words,
            "verdict_words": verdict_words,
            "reasons": reason_words,
        }
        return super().details_of(row) | shown  # type: ignore[misc]  # a mixin of ServiceView

    @expose("/exclusion/", methods=("POST",))
    def exclusion_view(self) -> ResponseReturnValue:
        """Take an answer out of the figures."""
        return self._turn(exclusions.exclude, _("This answer counts nowhere any more."))

    @expose("/inclusion/", methods=("POST",))
    def inclusion_view(self) -> ResponseReturnValue:
        """Put it back into them."""
        return self._turn(exclusions.include, _("This answer counts again."))

    def _turn(self: Any, act: Callable[..., Response], done: str) -> ResponseReturnValue:
        if not self.may_edit():
            abort(403)
        row = self.asked_row()
        said = {"why": request.form.get("why", ""), "by": doors.asker()}
        if self.saved(partial(act, **said), row):
            flash(done, "success")
        return redirect(self.get_url(".details_view", id=row.id, _anchor="evidence"))


def way_words(change: ResponseChange) -> str:
    """What speaks for one score."""
    if change.evidence == Evidence.CLICK_ONLY:
        return _("a click alone, with nothing that speaks for a machine")
    return {
        Way.BUTTON.value: _("sent with the button"),
        Way.PAGE.value: _("sent by the page, after somebody looked at it and moved"),
    }.get(change.way, _("confirmed"))


def verdict_words(visit: Visit) -> str:
    """What a visit turned out to be."""
    return {
        Verdict.CONFIRMED.value: _("somebody who sent an answer"),
        Verdict.CLICK_ONLY.value: _("somebody who clicked and sent nothing"),
        Verdict.MACHINE.value: _("a machine, or nobody can tell"),
        Verdict.IDLE.value: _("somebody who looked"),
    }.get(visit.verdict, _("not judged yet"))


def reason_words(visit: Visit) -> list[str]:
    """Why a visit was not taken for a person's."""
    words = {
        Reason.HONEYPOT: _("opened the link that no person sees"),
        Reason.SEVERAL_SCORES: _("opened several scores"),
        Reason.HEAD: _("asked for the head of a page only"),
        Reason.PREFETCH: _("said that it asked in advance"),
        Reason.TOO_SOON: _("came within a minute of the mail"),
        Reason.OTHER_LINKS: _("opened another link within five seconds"),
        Reason.NO_STYLE: _("did not look at the page"),
        Reason.ROBOT: _("said that it is a robot"),
        Reason.TOO_MANY: _("came too often to be noted"),
    }
    return [words[Reason(one)] for one in visit.reasons.split(",") if one]

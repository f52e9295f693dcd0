"""A mail that arrived -> the requests with its links, a person's and a machine's, and what the clock made of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from random import Random

from hopnps.demo.company import names
from hopnps.demo.company.clients import shop_of
from hopnps.demo.company.ledger import Ledger, Row
from hopnps.demo.company.places import REGIONS
from hopnps.domain.evidence import Reason, Verdict
from hopnps.domain.score import SCORES
from hopnps.models import Click, ClickKind, Visit


@dataclass
class Clicker:
    """Opens links, and has what was opened judged."""

    ledger: Ledger
    random: Random
    now: datetime
    timezone: tzinfo

    def click(
        self,
        invitation: Row,
        score: int | None,
        at: datetime,
        program: str = "",
        kind: ClickKind = ClickKind.SCORE,
    ) -> None:
        self.ledger.add(
            Click,
            invitation_id=invitation["id"],
            score=score,
            clicked_at=at,
            user_agent=program or self.random.choice(names.MAIL_PROGRAMS),
            network=f"198.51.{self.random.randrange(100, 104)}.0/24",
            kind=kind,
        )

    def sweep(self, invitation: Row, contact: Row, sent_at: datetime) -> None:
        """A machine opens every link of the mail before anybody reads it."""
        at = sent_at + timedelta(seconds=2)
        for score in SCORES:
            self.click(invitation, score, at, names.SCANNER)
        reasons = (Reason.SEVERAL_SCORES, Reason.TOO_SOON, Reason.NO_STYLE, Reason.ROBOT)
        self.judge(invitation, contact, at, reasons, opened=len(SCORES))

    def try_one(self, invitation: Row, contact: Row, sent_at: datetime) -> None:
        """A machine opens one link: it could have been a vote."""
        at, score = sent_at + timedelta(seconds=20), invitation["id"] % len(SCORES)
        self.ledger.add(
            Click,
            invitation_id=invitation["id"],
            score=score,
            clicked_at=at,
            user_agent=names.SCANNER,
            network="203.0.113.0/24",
            kind=ClickKind.SCORE,
        )
        reasons = (Reason.TOO_SOON, Reason.NO_STYLE, Reason.ROBOT)
        self.judge(invitation, contact, at, reasons, opened=1, score=score)

    def judge(
        self,
        invitation: Row,
        contact: Row,
        at: datetime,
        reasons: Iterable[Reason] = (),
        *,
        verdict: Verdict = Verdict.MACHINE,
        opened: int,
        requests: int | None = None,
        score: int | None = None,
    ) -> bool:
        """What the clock found ten minutes later; False if that is still to come."""
        shop, judged_at = shop_of(contact), at + timedelta(minutes=10)
        if judged_at >= self.now:
            return False
        self.ledger.add(
            Visit,
            invitation_id=invitation["id"],
            **{"began_at": at, "ended_at": at, "judge_at": judged_at, "judged_at": judged_at},
            requests=requests or opened,
            verdict=verdict,
            reasons=",".join(reasons),
            score=score,
            opened=opened,
            survey_id=invitation["survey_id"],
            contact_id=contact["id"],
            store_id=shop.id,
            region_id=REGIONS.index(shop.region) + 1,
            opened_on=at.astimezone(self.timezone).date(),
        )
        return True

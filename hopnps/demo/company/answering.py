"""An invitation that was sent -> clicks, an answer with its changes, an unsubscription, or silence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from random import Random

from hopnps.demo.company import names
from hopnps.demo.company.clicking import Clicker
from hopnps.demo.company.clients import shop_of
from hopnps.demo.company.comments import Commentator
from hopnps.demo.company.ledger import Ledger, Row
from hopnps.demo.company.moods import draw_score, mood
from hopnps.demo.company.places import REGIONS
from hopnps.domain.evidence import Verdict
from hopnps.domain.languages import ENGLISH
from hopnps.domain.score import category_of
from hopnps.models import (
    Channel,
    ClickKind,
    Contact,
    Delivery,
    Evidence,
    Response,
    ResponseChange,
    Scale,
    Way,
)

ANSWERING_CAMPAIGN, ANSWERING_VISIT = 0.42, 0.6
ONLY_CLICKING, CHANGING_MIND, UNSUBSCRIBING, SCANNED = 0.03, 0.06, 0.008, 0.01
MEAN_HOURS, LONGEST_DAYS = 40, 30
TRIED_ONE = 80  # of so many mails a machine opens one link of one
PAPER_SHARE, PAPER_DAYS = 0.22, (365, 470)


@dataclass
class Listener:
    """Hears what clients do with their mails, each with a temper of their own."""

    ledger: Ledger
    random: Random
    now: datetime
    timezone: tzinfo
    tempers: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.commentator = Commentator(self.random)
        self.clicker = Clicker(self.ledger, self.random, self.now, self.timezone)

    def listen(self, invitation: Row, contact: Row, visit: Row | None, address: Row) -> None:
        """Nobody answers a mail that did not arrive, nor in the future."""
        sent_at = self.ledger.rows[Delivery][-1]["sent_at"]
        at = sent_at and sent_at + self._delay()
        if not at:
            return
        if self.random.random() < SCANNED:
            self.clicker.sweep(invitation, contact, sent_at)
        elif invitation["id"] % TRIED_ONE == 0:
            self.clicker.try_one(invitation, contact, sent_at)
        if at >= self.now:
            return
        fate = self.random.random()
        share = ANSWERING_VISIT if visit else ANSWERING_CAMPAIGN
        if fate < share:
            self._answer(invitation, contact, visit, at)
        elif fate < share + ONLY_CLICKING:
            self._only_click(invitation, contact, visit, at)
        elif fate < share + ONLY_CLICKING + UNSUBSCRIBING:
            address["unsubscribed_at"] = at

    def add_paper_answers(self, survey_id: int) -> None:
        """What a questionnaire on paper said before: imported, so without an invitation."""
        for contact in self.ledger.rows[Contact]:
            at = self.now - timedelta(days=self.random.uniform(*PAPER_DAYS))
            if contact["created_at"] < at and self.random.random() < PAPER_SHARE:
                self._respond(
                    contact,
                    None,
                    self._score(contact, at),
                    at,
                    survey_id=survey_id,
                    channel=Channel.IMPORT,
                    import_key=f"papier-{contact['external_id']}",
                    campaign_name=f"Questionnaire sur papier {at.year}",
                )

    def _answer(self, invitation: Row, contact: Row, visit: Row | None, at: datetime) -> None:
        score = self._score(contact, at)
        first = score
        if self.random.random() < CHANGING_MIND:
            first = max(0, score - 1)
            self.clicker.click(invitation, first, at - timedelta(minutes=6))
        self.clicker.click(invitation, score, at - timedelta(seconds=40))
        response = self._respond(contact, visit, score, at, **_of(invitation))
        if first != score:
            self._change(response, first, "", at - timedelta(minutes=5))
        self._change(response, score, response["comment"], at)

    def _only_click(self, invitation: Row, contact: Row, visit: Row | None, at: datetime) -> None:
        """A person looks at the page and closes it: nothing speaks for a machine."""
        score, program = self._score(contact, at), self.random.choice(names.MAIL_PROGRAMS)
        self.clicker.click(invitation, score, at, program)
        self.clicker.click(invitation, None, at + timedelta(seconds=1), program, ClickKind.STYLE)
        if self.clicker.judge(
            invitation, contact, at, verdict=Verdict.CLICK_ONLY, opened=1, requests=2, score=score
        ):
            origin = _of(invitation) | {"evidence": Evidence.CLICK_ONLY}
            response = self._respond(contact, visit, score, at, **origin)
            self._change(response, score, "", at, evidence=Evidence.CLICK_ONLY, way=Way.CLICK)

    def _respond(
        self, contact: Row, visit: Row | None, score: int, at: datetime, **origin: object
    ) -> Row:
        """Whoever only clicks writes nothing."""
        shop = shop_of(contact)
        agent = visit["agent"] if visit else contact["owner"]
        item = (
            visit["data"]["object" if contact["language"] == ENGLISH else "objet"] if visit else ""
        )
        about = visit["kind"] if visit else ""
        common = {
            "invitation_id": None,
            "campaign_id": None,
            "campaign_name": "",
            "channel": Channel.MAIL,
            "import_key": None,
            "evidence": Evidence.CONFIRMED,
            "comment": "",
        }
        if origin.get("evidence") is None:
            said = self.commentator.comment(score, contact["language"], about, item, agent)
            common["comment"] = said
        return self.ledger.add(
            Response,
            **(common | origin),
            contact_id=contact["id"],
            score=score,
            scale=Scale.OFFICIAL,
            category=category_of(score),
            answered_at=at,
            answered_on=at.astimezone(self.timezone).date(),
            store_id=shop.id,
            region_id=REGIONS.index(shop.region) + 1,
            agent=agent,
            language=contact["language"],
        )

    def _change(
        self,
        response: Row,
        score: int,
        comment: str,
        at: datetime,
        *,
        evidence: Evidence = Evidence.CONFIRMED,
        way: Way = Way.BUTTON,
    ) -> None:
        self.ledger.add(
            ResponseChange,
            response_id=response["id"],
            score=score,
            comment=comment,
            changed_at=at,
            evidence=evidence,
            way=way,
        )

    def _score(self, contact: Row, at: datetime) -> int:
        temper = self.tempers.setdefault(contact["id"], self.random.gauss(0, 0.6))
        return draw_score(self.random, mood(shop_of(contact), at, self.now) + temper)

    def _delay(self) -> timedelta:
        hours = min(self.random.expovariate(1 / MEAN_HOURS), 24 * LONGEST_DAYS)
        return timedelta(hours=hours, minutes=7)


def _of(invitation: Row) -> Row:
    """What its answer has of it."""
    return {
        "survey_id": invitation["survey_id"],
        "invitation_id": invitation["id"],
        "campaign_id": invitation["campaign_id"],
    }

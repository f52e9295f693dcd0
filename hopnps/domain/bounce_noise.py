"""A mail in the bounces' mailbox -> whether a machine says there that a mail came back, or something else."""

from __future__ import annotations

import re
from email.utils import parseaddr

from hopnps.domain.bounce_message import Opened
from hopnps.domain.bounce_text import is_refusal

_SENDERS = re.compile(
    r"mailer[-_.]?daemon|post[-_.]?mast|mail[-_.]?daemon|mdaemon|mail[-_.]?deliver|microsoftexchange|\bmmdf\b|^bounces?\b|^mailer\b",
    re.IGNORECASE,
)
_SENDER_NAMES = re.compile(
    r"mail delivery|mail administrator|internet mail|syst[èe]me de (?:remise|messagerie|distribution)|system administrator|administrateur|mail system",
    re.IGNORECASE,
)
_FAILURE = re.compile(
    r"^\W{0,10}(?:undeliver|delivery (?:status|fail|has failed|report|error|problem|notification)|failure (?:notice|delivery)|failed (?:mail|delivery)|"
    r"returned (?:mail|message|to sender)|mail (?:delivery|system|returned|failure|could)|mail non |message (?:non|not|could not|undeliver|delivery)|"
    r"non.?remi|[ée]chec d|avis de non|courrier non|courriel non|retour d|impossible d|notification d.[ée]tat|notification d.[ée]chec|message d.erreur|"
    r"rapport de non|remise (?:impossible|[ée]chou)|non d[ée]livr|non distribu|warning|unzustellbar|automatically rejected mail|rejet)",
    re.IGNORECASE,
)
_SAID_FAILURE = re.compile(
    r"could ?n.t be (?:delivered|reached)|could not be (?:delivered|reached)|unable to deliver|wasn.t (?:able to deliver|delivered)|was not delivered|not able to deliver|"
    r"cannot (?:be )?deliver|undeliver|delivery (?:has )?failed|failed to deliver|permanent (?:fatal )?error|failed permanently|delivery to the following|rejected your message|automatically rejected|"
    r"n.a (?:pas )?p(?:as )?u? ?(?:pu )?[êe]tre (?:remis|d[ée]livr|distribu|achemin|transmis|envoy)|non remis|impossible de (?:remettre|d[ée]livrer|distribuer|transmettre|livrer)|"
    r"n.a pas [ée]t[ée] (?:remis|d[ée]livr|distribu|achemin|transmis)|[ée]chec de (?:la )?(?:remise|distribution|livraison|d[ée]livrance)|did not reach",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"out of (?:the )?office|auto(?:matic)?[- ]?(?:reply|response|repl)|r[ée]ponse automatique|absen(?:t|ce)|cong[ée]s|vacation|on leave|accus[ée] de r[ée]ception",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"mail ?in ?black|authentifi(?:er|cation)[\w' ]{0,40}(?:message|mail|exp[ée]diteur|e-?mail)|confirm (?:that )?(?:you|your)[\w' ]{0,40}(?:human|message|sender|request)|"
    r"boxtrapper|spam ?arrest|(?:waiting|attente)[\w' ]{0,30}(?:approval|validation|verification|v[ée]rification|authentification)",
    re.IGNORECASE,
)
_LATE = re.compile(
    r"\bdelayed\b|\(delay\)|\bdelay\b|delivery is delayed|warning message only|do not need to (?:re)?send|not yet been delivered|still being|will (?:keep|continue|be retried|retry)|"
    r"(?:keep|continue) trying|remise (?:est )?(?:retard|diff[ée]r)|retard(?:[ée]e?)?\b|diff[ée]r[ée]e?|pas encore (?:pu |[ée]t[ée] )?|nouvelles tentatives|n.avez pas (?:besoin )?(?:à|de|le)|"
    r"(?:tentatives|essais) (?:de remise )?(?:se poursuiv|continu|seront)|continuer? (?:à |d.)(?:essayer|tenter)",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(
    r"(?:not|no longer) (?:be )?(?:try|retry|retried)|given up|giving up|will not|no further|won.t|abandonn|n.essaie|ne sera plus|permanent",
    re.IGNORECASE,
)


def tells_a_failure(mail: Opened) -> bool:
    """Whether a mail server says, without a report, that it could not deliver a mail for good."""
    if not _from_a_server(mail) or _AWAY.search(mail.said("subject")):
        return False
    if _CHALLENGE.search(mail.text[:3000]) or is_late(mail):
        return False
    return bool(
        mail.top.get("X-Failed-Recipients")
        or _FAILURE.search(mail.said("subject"))
        or _SAID_FAILURE.search(mail.text)
        or is_refusal(mail.text)
    )


def is_late(mail: Opened) -> bool:
    """Whether it says only that a mail is late, and that its server goes on trying."""
    late = _LATE.search(mail.said("subject")) or _LATE.search(mail.text[:3000])
    return bool(late and not _GIVEN_UP.search(mail.text[:3000]))


def _from_a_server(mail: Opened) -> bool:
    """By its sender; or by its subject, unless somebody gives an address to which it could come back itself."""
    if mail.top.get("X-Failed-Recipients"):
        return True
    name, address = parseaddr(mail.said("from"))
    if _SENDERS.search(address.partition("@")[0]) or _SENDER_NAMES.search(name):
        return True
    returns_to = mail.said("return-path").strip("<> ")
    return not returns_to and bool(_FAILURE.search(mail.said("subject")))

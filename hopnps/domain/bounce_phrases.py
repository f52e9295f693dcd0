"""What mail servers say, in French and in English -> what they mean by it."""

from __future__ import annotations

import re


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


_BOX = r"(?:mail ?box|mail ?drop|in ?box|bo[îi]te|account|compte|user|recipient|destinataire|e-?mail|adresse?|address|local.?part|utilisateur)"
_ABOUT = r"[^.;\n]{0,60}?"

OURS = _any_of(  # our own sending, whatever else is said
    r"(?:sending|daily|hourly|relay)[\w ]{0,20}(?:quota|limit)",
    r"sender (?:address |domain )?(?:rejected|denied|refused|not allowed|unknown|blocked|verify failed)",
    r"(?:exp[ée]diteur|[ée]metteur) (?:refus[ée]|rejet[ée]|non autoris[ée]|bloqu[ée])",
    r"bad sender",
)

FULL = _any_of(
    rf"\b(?:mail ?box|in ?box|mail ?drop|mailfolder|user|account|recipient){_ABOUT}\b(?:is |are |was )?(?:too )?full\b",
    r"\bfull (?:mail ?box|inbox)",
    r"over.?quota|quota[\w ]{0,20}exceed|exceed\w{0,3} [\w' ]{0,40}(?:quota|storage|allocation)",
    r"(?:disk|mailbox|storage|disc|disque|user|compte)[\w ']{0,12}quota|quota[\w ']{0,20}(?:full|atteint|d[ée]pass|reached|violation)",
    r"(?:insufficient|not enough)[\w ]{0,20}(?:storage|space|disk)|(?:out of|no) (?:disk |storage )?space",
    r"mailbox size limit|storage (?:limit|exceeded|allocation|full)",
    r"(?:bo[îi]te|messagerie|compte)[\w\s'’()-]{0,60}(?:pleine?\b|satur[ée]e?|d[ée]bord)",
    r"(?:espace|stockage|capacit[ée])[\w\s'’]{0,40}(?:insuffisant|satur[ée]|atteinte?|d[ée]pass[ée]e?|plus d)",
    r"plus (?:assez )?(?:d.espace|de place)|postfach[\w ]{0,20}voll|buz[óo]n[\w ]{0,20}lleno|casella[\w ]{0,20}piena",
)

TOO_LARGE = _any_of(
    r"message[\w' ]{0,20}(?:too (?:large|big|long)|trop (?:volumineux|gros|grand|lourd))",
    r"exceed\w{0,3}[\w' ]{0,30}(?:message )?size|size[\w' ]{0,20}(?:limit|exceed|maximum)",
    r"taille[\w' ]{0,30}(?:maximale|d[ée]pass|autoris)",
)

POLICY = _any_of(
    r"black.?list|block.?list|deny.?list|liste? noire|blocked (?:using|by|for|due to (?!inactiv|mailbox|account))",
    r"(?:client )?host[\w \[\].:-]{0,60}\b(?:is )?(?:blocked|rejected|refused|listed|not allowed|not permitted)",
    r"\b(?:ip|adresse ip|server|serveur|network|sender|connection|message|mail|courrier|domain|domaine)\b[\w \[\].:'’-]{0,50}\b(?:is |has been |been |was |est |a [ée]t[ée] )?(?:blocked|banned|bloqu[ée]e?|banni)",
    r"\blisted (?:on|in|by|at)\b|\bspam\b|\bspamming|unsolicited|ind[ée]sirable|\bbulk\b|\bjunk\b|phish|virus|malware",
    r"\bspf\b|\bdkim\b|\bdmarc\b|unauthenticated|authenticat(?:ed|ion) (?:required|failed|check)|not rfc.?\d* compliant|not rfc",
    r"reputation|r[ée]putation|\bpolic(?:y|ies)\b|politique",
    r"(?:relay(?:ing)?|relais)[\w ]{0,20}(?:denied|not (?:permitted|allowed)|refus|interdit|prohibited|access)|(?:unable|not permitted|not allowed|refus\w*) (?:to |de )?relay",
    r"not (?:authori[sz]ed|permitted|allowed)|non autoris|prohibit|forbidden|interdit",
    r"(?<!recipient address rejected: )access denied|acc[èe]s (?:refus|interdit)",
    r"(?:message|mail|content|e-?mail|contenu|courrier|transaction)\b[\w' ]{0,20}\b(?:rejected|refused|rejet[ée]e?|not accepted|blocked|denied|refus[ée]e?)",
    r"reverse dns|\bptr\b|\bhelo\b|\behlo\b|(?:user|server) complaints|complaints|too many (?:recipients|messages|mails)|rate.?limit",
    r"rejected (?:by|due to|for)[\w' ]{0,30}(?:filter|content|rules?|polic|security)|administrative prohibition|administratively",
    r"connection (?:rejected|denied|blocked)|[:(] ?blocked\b|local policy|delivery not authorized|mail not allowed|restricted|service refus",
)

_GONE = (
    r"(?:does not|doesn.t|do not|not) (?:exist|have an? )|(?:could not|couldn.t|can.?not|cannot|wasn.t|not) be found|was not found|not found|wasn.t found"
    r"|is (?:currently |now |no longer |not )?(?:disabled|inactive|invalid|closed|deactivated|expired|suspended|unknown|valid|active|available|in use|known|blocked|discontinued|unavailable)"
    r"|has been (?:disabled|closed|deactivated|suspended|deleted|terminated|removed|blocked|discontinued|retired)"
    r"|unknown|disabled|inactive|invalid|unavailable|deactivated|suspended|discontinued|no longer"
    r"|(?:est |a [ée]t[ée] |sont )?(?:inconnue?s?|introuvables?|invalides?|inexistante?s?|incorrecte?s?|d[ée]sactiv[ée]e?s?|supprim[ée]e?s?|ferm[ée]e?s?|suspendue?s?|erron[ée]e?s?|cl[oô]tur[ée]e?s?|bloqu[ée]e?s?|inactive?s?)\b"
    r"|n.(?:existe|est) (?:pas|plus)|n.a pas [ée]t[ée] trouv|n.a pu [êe]tre trouv|n.a pas pu [êe]tre trouv"
)

HARD = _any_of(
    r"unknown (?:or (?:illegal|invalid) )?(?:user|recipient|mailbox|address|local.?part|account|rcpt|e-?mail|alias|host|domain)",
    r"no such (?:user|recipient|mailbox|address|person|account|domain|local|alias|host)|no (?:mailbox|account|user|one) (?:here |by |with |of )",
    r"(?:invalid|bad|illegal|nonexistent|non-existent|inactive|disabled|wrong) (?:final )?(?:delivery )?(?:recipient|mailbox|address|user|rcpt|e-?mail|account|destination)",
    r"(?:user|recipient)[\w ]{0,10} not (?:listed|known|registered)|ne figure (?:pas|plus)",
    rf"\b{_BOX}\b{_ABOUT}(?:{_GONE})",
    r"recipient (?:address )?(?:was )?(?:rejected|refused|not accepted)|address (?:was )?rejected|rejected recipient|not a valid (?:mailbox|user|recipient|address|account)",
    r"un.?rout(?:e)?able|non-?existent hosts?|all relevant mx records",
    r"(?:domain|domaine|host or domain name|mx|host)\b[^.;\n]{0,40}?(?:does not exist|doesn.t exist|not found|unknown|introuvable|inexistant|inconnu|n.existe (?:pas|plus)|not resolve)",
    r"name or service not known|couldn.t find any host|nxdomain|null ?mx|does not accept (?:e-?mail|mail)|not our customer|not a local",
    r"doesn.t have an? [\w .-]{0,40}account|n.a pas de compte|aucun (?:compte|destinataire|utilisateur)|pas de bo[îi]te",
    r"recip(?:ient)?notfound|adr\.\w{0,20}notfound|destinataire[^.;\n]{0,40}pas (?:trouv|connu)|empf[äa]nger[\w ]{0,20}unbekannt|usuario desconocido|destinatario[\w ]{0,20}(?:desconocido|sconosciuto)|utente sconosciuto",
    r"no longer (?:valid|exists?|available|active|in use|works? (?:here|for|at)|with)|ne fait plus partie|mailbox unavailable|mailbox not available",
)

TEMPORARY = _any_of(
    r"tim(?:ed?|ing) ?-?out|connection (?:refused|reset|dropped|closed|lost)|(?:could not|couldn.t|unable to|cannot|did not accept our requests to) (?:connect|establish|reach|contact)",
    r"unreachable|gr[ea]y.?list|liste? grise|try (?:again|later)|temporar|retry|expired|queue too long|too long in|too many (?:hops|connections|concurrent)|hop count",
    r"d[ée]lai|temporaire|r[ée]essa|defer|unavailable|not available|indisponible|busy|overload|loop|boucle|connexion|ne r[ée]pond pas|injoignable|system (?:problem|error|failure)|resources|socket error",
)

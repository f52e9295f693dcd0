"""The names by which people call a column, in French and English: field -> names, compared without case or accents."""

from __future__ import annotations

from collections.abc import Mapping

Names = Mapping[str, tuple[str, ...]]


def _names(*lines: str) -> tuple[str, ...]:
    return tuple(name.strip() for line in lines for name in line.split(","))


_EMAIL = _names(
    "Courriel, E-mail, Mail, Mél, Adresse e-mail, Adresse email, Adresse mail, Adresse courriel",
    "Adresse électronique, Email address, E-mail address, Mail address, Email client",
    "E-mail client, Mail client, Courriel client, Client email, Customer email",
)
_STORE = _names(
    "Magasin, Boutique, Point de vente, Agence, Enseigne, Nom du magasin",
    "Store, Shop, Branch, Store name, Outlet",
)
_REGION = _names("Région, Area, Secteur")
_LANGUAGE = _names("Langue, Lang, Code langue, Locale")
_AGENT = _names(
    "Conseiller, Conseillère, Vendeur, Vendeuse, Collaborateur, Collaboratrice, Technicien",
    "Salesperson, Advisor",
)
_SOURCE = _names("Origine, Système source, Source system, Origin")
_CLIENT_NUMBER = _names(
    "Numéro client, Numéro de client, N° client, No client, Num client, Code client",
    "Identifiant client, Id client, Réf client, Référence client, Identifiant externe, Id externe",
    "Client id, Customer id, Customer number, Contact id, Client number",
)

CONTACT: Names = {
    "source": _SOURCE,
    "external_id": (*_CLIENT_NUMBER, *_names("Id, Identifiant, Id contact, Référence, Réf")),
    "email": _EMAIL,
    "first_name": _names("Prénom, Given name, Forename, Firstname"),
    "last_name": _names("Nom, Nom de famille, Surname, Family name, Lastname"),
    "company": _names("Société, Entreprise, Raison sociale, Organisation, Organization"),
    "phone": _names("Téléphone, Tél, Portable, Mobile, Numéro de téléphone, Phone number"),
    "language": _LANGUAGE,
    "store": _STORE,
    "owner": _names("Responsable, Propriétaire, Suivi par, Commercial, Account manager"),
    "tags": _names("Étiquettes, Étiquette, Mots-clés, Tag, Labels"),
    "notes": _names("Note, Remarques, Remarque, Observations, Remarks"),
}

STORE: Names = {"name": ("Nom", *_STORE), "region": _REGION}

INTERACTION: Names = {
    "source": _SOURCE,
    "kind": _names("Type, Nature, Genre"),
    "reference": _names(
        "Référence, Réf, Ref, Numéro, N°, N° commande, Numéro de commande, N° ticket",
        "Numéro de ticket, Number, Order number, Ticket number",
    ),
    "date": _names("Le, Date et heure, Date d'achat, Date de commande, Occurred at, Day"),
    "email": _EMAIL,
    "external_id": _CLIENT_NUMBER,
    "store": _STORE,
    "agent": _AGENT,
}

RESPONSE: Names = {
    "date": _names(
        "Date de réponse, Date de la réponse, Répondu le, Date et heure, Le, Horodateur",
        "Answered at, Answered on, Timestamp",
    ),
    "score": _names("Note, Note NPS, Score NPS, NPS, Réponse, Recommandation, Rating"),
    "comment": _names(
        "Commentaire, Commentaires, Verbatim, Remarque, Remarques, Avis, Comments, Feedback"
    ),
    "email": _EMAIL,
    "external_id": _CLIENT_NUMBER,
    "answer_id": _names(
        "Id, Identifiant, Id réponse, N° réponse, Numéro de réponse, Identifiant réponse",
        "Response id, Answer number",
    ),
    "source": _SOURCE,
    "store": _STORE,
    "campaign": _names("Campagne, Nom de la campagne, Campaign name, Vague"),
    "agent": _AGENT,
    "language": _LANGUAGE,
}

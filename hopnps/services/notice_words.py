"""What we write to colleagues, in both languages, set into one plain frame."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hopnps.models import NoticeKind

FRAME = Path(__file__).parents[1] / "templates/hopnps/mail/notice.mjml"
_TEXT = '        <mj-text padding="16px 2px 0 2px">{words}</mj-text>'


@dataclass(frozen=True)
class NoticeWords:
    """Liquid over `name`, `email`, `by`, `link`, `brand`, `admin` (an administrator to turn to, or nothing), and of a
    campaign `campaign`, `why`, `said` (the mail server's own words, or nothing) and `waiting`."""

    subject: str
    preview: str
    title: str
    before: tuple[str, ...]
    button: str
    after: tuple[str, ...]
    why: str

    def body(self) -> str:
        """The whole MJML of this mail."""
        pieces = {
            "subject": self.subject,
            "preview": self.preview,
            "title": self.title,
            "before": "\n".join(_TEXT.format(words=one) for one in self.before),
            "button": self.button,
            "after": "\n".join(_TEXT.format(words=one) for one in self.after),
            "why": self.why,
        }
        mjml = FRAME.read_text(encoding="utf-8")
        for name, piece in pieces.items():
            mjml = mjml.replace(f"[[{name}]]", piece)
        return mjml


_HELLO = "Bonjour{% if name %} {{ name }}{% endif %},"
_HELLO_EN = "Hello{% if name %} {{ name }}{% endif %},"
_TELL = (
    "{% if admin %} Si cela se répète, dites-le à {{ admin.name }}, {{ admin.email }}.{% endif %}"
)
_TELL_EN = (
    "{% if admin %} If it happens again, tell {{ admin.name }}, {{ admin.email }}.{% endif %}"
)

WORDS: dict[str, dict[str, NoticeWords]] = {
    NoticeKind.WELCOME: {
        "fr": NoticeWords(
            subject="Votre accès à hopnps, {{ brand.name }}",
            preview="Choisissez un mot de passe pour entrer.",
            title="Bienvenue dans hopnps",
            before=(
                _HELLO,
                "{% if by %}{{ by }} vous a ouvert un accès{% else %}Un accès vous est ouvert{% endif %} à hopnps, "
                "l’outil par lequel {{ brand.name }} demande leur avis à ses clients et lit leurs réponses.",
            ),
            button="Choisir mon mot de passe",
            after=(
                "Vous vous connecterez avec votre adresse, {{ email }}.",
                "Ce lien sert une seule fois et vaut {{ days }} jours. Ensuite, la page de connexion vous en envoie "
                "un autre : «&nbsp;Mot de passe oublié&nbsp;?&nbsp;»",
            ),
            why="Vous n’attendiez pas ce mail&nbsp;? Ne faites rien&nbsp;: sans mot de passe, personne n’entre.",
        ),
        "en": NoticeWords(
            subject="Your access to hopnps, {{ brand.name }}",
            preview="Choose a password to come in.",
            title="Welcome to hopnps",
            before=(
                _HELLO_EN,
                "{% if by %}{{ by }} has given you access{% else %}You have been given access{% endif %} to hopnps, "
                "with which {{ brand.name }} asks its clients for their opinion and reads their answers.",
            ),
            button="Choose my password",
            after=(
                "You will log in with your address, {{ email }}.",
                "This link works once and for {{ days }} days. After that, the login page sends you another one: "
                "“Forgotten your password?”",
            ),
            why="You did not expect this mail? Do nothing: without a password, nobody gets in.",
        ),
    },
    NoticeKind.NEW_PASSWORD: {
        "fr": NoticeWords(
            subject="Choisir un nouveau mot de passe",
            preview="Ce lien sert une seule fois et vaut {{ hours }} heures.",
            title="Choisir un nouveau mot de passe",
            before=(
                _HELLO,
                "Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour votre accès à hopnps, "
                "{{ brand.name }}.",
            ),
            button="Choisir un nouveau mot de passe",
            after=(
                "Ce lien sert une seule fois et vaut {{ hours }} heures. Le nouveau mot de passe ferme toutes vos "
                "sessions ouvertes ailleurs.",
            ),
            why="Vous n’avez rien demandé&nbsp;? Ne faites rien&nbsp;: votre mot de passe actuel reste valable."
            + _TELL,
        ),
        "en": NoticeWords(
            subject="Choose a new password",
            preview="This link works once and for {{ hours }} hours.",
            title="Choose a new password",
            before=(
                _HELLO_EN,
                "Somebody, probably you, has asked for a new password for your access to hopnps, {{ brand.name }}.",
            ),
            button="Choose a new password",
            after=(
                "This link works once and for {{ hours }} hours. The new password closes all your sessions that are "
                "open elsewhere.",
            ),
            why="You did not ask for anything? Do nothing: your present password stays valid."
            + _TELL_EN,
        ),
    },
    NoticeKind.PAUSED: {
        "fr": NoticeWords(
            subject="La campagne « {{ campaign }} » est en pause",
            preview="Elle s’est arrêtée d’elle-même{% if waiting %} ; {{ waiting }} mails attendent{% endif %}.",
            title="Une campagne s’est mise en pause",
            before=(
                _HELLO,
                "La campagne «&nbsp;{{ campaign }}&nbsp;» s’est arrêtée d’elle-même. {{ why }}"
                "{% if said %} Il a dit&nbsp;: «&nbsp;{{ said }}&nbsp;».{% endif %}",
                "{% if waiting %}Mails qui attendent&nbsp;: {{ waiting }}. {% endif %}Personne n’est oublié et personne "
                "ne recevra deux fois le même mail&nbsp;: réparez la cause, puis reprenez la campagne.",
            ),
            button="Voir la campagne",
            after=(),
            why="Ce mail est envoyé aux administrateurs de hopnps.",
        ),
        "en": NoticeWords(
            subject="The campaign “{{ campaign }}” is paused",
            preview="It stopped by itself{% if waiting %}; {{ waiting }} mails wait{% endif %}.",
            title="A campaign has paused itself",
            before=(
                _HELLO_EN,
                "The campaign “{{ campaign }}” stopped by itself. {{ why }}"
                "{% if said %} It said: “{{ said }}”.{% endif %}",
                "{% if waiting %}Mails that wait: {{ waiting }}. {% endif %}Nobody is forgotten and nobody will get "
                "the same mail twice: mend the cause, then resume the campaign.",
            ),
            button="See the campaign",
            after=(),
            why="This mail goes to the administrators of hopnps.",
        ),
    },
}

# why a campaign paused itself (services.campaign_runs), for readers of French; others read the sentence itself
REASONS = {
    "The mail server could not be reached several times in a row.": (
        "Plusieurs fois de suite, le serveur de mail est resté injoignable."
    ),
    "The mail server refused our name or our password.": (
        "Le serveur de mail a refusé notre nom ou notre mot de passe."
    ),
    "The mail server refused 5 of the last 100 mails by its rules.": (
        "Le serveur de mail a refusé 5 des 100 derniers mails, au nom de ses règles."
    ),
}

"""What we write to colleagues, in both languages, set into one plain frame."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hopnps.models import NoticeKind

FRAME = Path(__file__).parents[1] / "templates/hopnps/mail/notice.mjml"
_TEXT = '        <mj-text padding="16px 2px 0 2px">{words}</mj-text>'


@dataclass(frozen=True)
class NoticeWords:
    """Liquid over `name`, `email`, `by`, `link`, `brand` and `admin` (an administrator to turn to, or nothing)."""

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
}

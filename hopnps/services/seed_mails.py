"""The ready-made mails, in both languages: their words, set into the one frame they share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FRAME = Path(__file__).parents[1] / "templates/hopnps/mail/frame.mjml"

_TEXT = '        <mj-text padding="{top} 2px 0 2px">{words}</mj-text>'
_FIRST = "        <mj-text>{words}</mj-text>"
_QUESTION = """\
        <mj-text font-size="22px" line-height="30px" font-weight="700" letter-spacing="-0.01em" color="#1b2320" padding="22px 2px 20px 2px">{{ survey.question }}</mj-text>
        <mj-text padding="0">{{ links.score_bar }}</mj-text>
        <mj-text font-size="14px" line-height="21px" color="#5c645f" padding="2px 2px 0 2px">0[[colon]] {{ survey.low_label }}<br />10[[colon]] {{ survey.high_label }}</mj-text>"""


@dataclass(frozen=True)
class MailWords:
    subject: str
    preview: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    why: str
    stop: str
    colon: str = ":"
    asks: bool = True

    def body(self) -> str:
        """The whole MJML of this mail."""
        first, *rest = self.before
        words = [_FIRST.format(words=first)]
        words += [_TEXT.format(top="16px", words=one) for one in rest]
        words += [_QUESTION] if self.asks else []
        words += [
            _TEXT.format(top="16px" if number or not self.asks else "24px", words=one)
            for number, one in enumerate(self.after)
        ]
        pieces = {
            "title": self.subject,
            "preview": self.preview,
            "words": "\n".join(words),
            "why": self.why,
            "stop": self.stop,
            "colon": self.colon,
        }
        mjml = FRAME.read_text(encoding="utf-8")
        for name, piece in pieces.items():
            mjml = mjml.replace(f"[[{name}]]", piece)
        return mjml


_HELLO = 'Bonjour {{ contact.first_name | default: "à vous" }},'
_HELLO_EN = 'Hello {{ contact.first_name | default: "there" }},'
_STOP, _STOP_EN = "Ne plus recevoir ces mails", "Stop receiving these mails"
_TEAM = '<strong style="color:#1b2320;">L’équipe de {{ brand.name }}</strong>'
_TEAM_EN = '<strong style="color:#1b2320;">The {{ brand.name }} team</strong>'
_AGENT = '<strong style="color:#1b2320;">{{ interaction.agent | default: contact.owner }}</strong>'
_STORE = "{% if interaction.store %} ({{ interaction.store }}){% endif %}"

RELATION = {
    "fr": MailWords(
        subject="Votre avis sur {{ brand.name }}",
        preview="Une question, un clic, dix secondes.",
        before=(
            _HELLO,
            "Vous nous connaissez, et nous aimerions savoir ce que vous pensez de nous."
            "{% if interaction.date %} Nous pensons à votre {{ interaction.kind }} du "
            "{{ interaction.date }}.{% endif %}",
        ),
        after=("Un clic suffit. Vous pourrez ensuite dire pourquoi.", f"Merci,<br />{_TEAM}"),
        why="Vous recevez ce mail parce que vous êtes client de {{ brand.name }}.",
        stop=_STOP,
        colon="&nbsp;:",
    ),
    "en": MailWords(
        subject="Your opinion of {{ brand.name }}",
        preview="One question, one click, ten seconds.",
        before=(
            _HELLO_EN,
            "You know us, and we would like to hear what you think of us."
            "{% if interaction.date %} We have in mind your {{ interaction.kind }} of "
            "{{ interaction.date }}.{% endif %}",
        ),
        after=("One click is enough. You can then tell us why.", f"Thank you,<br />{_TEAM_EN}"),
        why="You receive this mail because you are a client of {{ brand.name }}.",
        stop=_STOP_EN,
    ),
}

TICKET = {
    "fr": MailWords(
        subject="{% if interaction.date %}Votre {{ interaction.kind }} du {{ interaction.date }}"
        "{% else %}Une question sur notre service{% endif %}",
        preview="Une question, un clic, dix secondes.",
        before=(
            _HELLO,
            "{% if interaction.date %}Nous nous sommes occupés de votre {{ interaction.kind }} le "
            f"{{{{ interaction.date }}}}{_STORE}.{{% else %}}Nous nous sommes occupés de vous "
            "récemment.{% endif %} Comment cela s’est-il passé&nbsp;?",
        ),
        after=(
            "Un clic suffit. Vous pourrez ensuite dire pourquoi.",
            f"Merci,<br />{{% if interaction.agent %}}{_AGENT}<br />{{% endif %}}{_TEAM}",
        ),
        why='Vous recevez ce mail après votre {{ interaction.kind | default: "demande" }}'
        "{% if interaction.reference %} {{ interaction.reference }}{% endif %}.",
        stop=_STOP,
        colon="&nbsp;:",
    ),
    "en": MailWords(
        subject="{% if interaction.date %}Your {{ interaction.kind }} of {{ interaction.date }}"
        "{% else %}A question about our service{% endif %}",
        preview="One question, one click, ten seconds.",
        before=(
            _HELLO_EN,
            "{% if interaction.date %}We looked after your {{ interaction.kind }} on "
            f"{{{{ interaction.date }}}}{_STORE}.{{% else %}}We looked after you "
            "recently.{% endif %} How did it go?",
        ),
        after=(
            "One click is enough. You can then tell us why.",
            f"Thank you,<br />{{% if interaction.agent %}}{_AGENT}<br />{{% endif %}}{_TEAM_EN}",
        ),
        why='You receive this mail after your {{ interaction.kind | default: "request" }}'
        "{% if interaction.reference %} {{ interaction.reference }}{% endif %}.",
        stop=_STOP_EN,
    ),
}

REACTION = {
    "fr": MailWords(
        subject="Merci de votre franchise",
        preview="Vous nous avez dit ce qui n’allait pas. Nous vous répondons.",
        before=(
            _HELLO,
            "Vous avez répondu à notre enquête"
            "{% if interaction.date %} après votre {{ interaction.kind }} du "
            "{{ interaction.date }}{% endif %}, et votre note nous dit que nous n’avons pas été à "
            "la hauteur. Nous en sommes désolés.",
        ),
        after=(
            "Nous lisons chaque réponse. La vôtre nous aide à voir ce que nous devons mieux faire.",
            "S’il reste quelque chose à régler, répondez simplement à ce mail&nbsp;: quelqu’un de "
            "l’équipe vous lira.",
            f"Merci de nous l’avoir dit,<br />{_TEAM}",
        ),
        why="Vous recevez ce mail parce que vous avez répondu à une enquête de {{ brand.name }}.",
        stop=_STOP,
        colon="&nbsp;:",
        asks=False,
    ),
    "en": MailWords(
        subject="Thank you for being frank",
        preview="You told us what went wrong. This is our answer.",
        before=(
            _HELLO_EN,
            "You answered our survey"
            "{% if interaction.date %} after your {{ interaction.kind }} of "
            "{{ interaction.date }}{% endif %}, and your score tells us that we did not live up "
            "to your expectations. We are sorry.",
        ),
        after=(
            "We read every answer. Yours helps us see what we must do better.",
            "If something still needs to be put right, simply reply to this mail: somebody of the "
            "team will read it.",
            f"Thank you for telling us,<br />{_TEAM_EN}",
        ),
        why="You receive this mail because you answered a survey of {{ brand.name }}.",
        stop=_STOP_EN,
        asks=False,
    ),
}

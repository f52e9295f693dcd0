"""Who may log in to our own small CRM: colleagues come, choose a password, change role, leave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import passwords
from hopnps.domain.address import normalise
from hopnps.domain.errors import N_, Invalid, NotFound, Refused
from hopnps.domain.languages import DEFAULT, LANGUAGES
from hopnps.models import Notice, NoticeKind, Role, User
from hopnps.services import notices
from hopnps.services.places import give

THEMES = ("system", "light", "dark")


def add(
    session: Session,
    *,
    email: str,
    role: str,
    name: str = "",
    language: str = "",
    places: Iterable[str] = (),
    now: datetime,
) -> User:
    """A new colleague, who chooses a password by a link (services.password_links); `places` as in services.places.

    Raises Invalid for an address or role that cannot be, Refused where the address is taken.
    """
    address = _free_address(session, email)
    user = User(
        email=address, role=_role(role), name=name.strip(), language=language, created_at=now
    )
    give(user, places)
    session.add(user)
    session.flush()
    return user


def prefer(session: Session, user: User, *, language: str = "", theme: str = "") -> None:
    """What a colleague chose for their own screens; '' leaves it as it was. Raises Invalid for what we have not."""
    if (language and language not in LANGUAGES) or (theme and theme not in THEMES):
        raise Invalid(N_("There is no such choice."))
    user.language = language or user.language
    user.theme = theme or user.theme
    session.flush()


def invite(
    session: Session, user: User, *, language: str = "", by: str = "", now: datetime
) -> None:
    """Mail this colleague a link by which they choose a password. Raises Refused for who may not log in."""
    if user.disabled_at:
        raise Refused(N_("%(name)s may not log in: no link is sent."), name=str(user))
    _mail(session, NoticeKind.WELCOME, user, language=language, by=by, now=now)


def ask_new_password(session: Session, email: str, *, language: str, now: datetime) -> None:
    """Mail a link to choose a new password to who has this address; nobody learns whether anybody has.

    The same rows are written for an address of nobody's, and taken out again: the answer takes as long.
    """
    user = _named(session, email)
    known = user is not None and user.disabled_at is None
    asked = user if user is not None and known else User(id=0, email=email.strip(), name="")
    notice = _mail(session, NoticeKind.NEW_PASSWORD, asked, language=language, now=now)
    if not known:
        session.delete(notice.delivery)
        session.delete(notice)
        session.flush()


def change(
    session: Session,
    user: User,
    *,
    email: str,
    role: str,
    name: str,
    language: str,
    places: Iterable[str] = (),
) -> User:
    """Raises as `add` does, and Refused where the last administrator would go."""
    user.email = _free_address(session, email, besides=user)
    if user.role == Role.ADMIN and _role(role) != Role.ADMIN:
        _keep_an_admin(session, user)
    user.role = _role(role)
    user.name = name.strip()
    user.language = language
    give(user, places)
    session.flush()
    return user


def disable(session: Session, user: User, *, now: datetime) -> None:
    """This colleague can no longer log in, and is logged out. Raises Refused for the last administrator."""
    _keep_an_admin(session, user)
    user.disabled_at = user.disabled_at or now
    session.flush()


def enable(session: Session, user: User) -> None:
    user.disabled_at = None
    session.flush()


def find(session: Session, email: str) -> User:
    """Raises NotFound."""
    user = _named(session, email)
    if user is None:
        raise NotFound(N_("Nobody here has the address %(email)s."), email=email)
    return user


def everybody(session: Session) -> list[User]:
    """All colleagues, by address."""
    return list(session.scalars(sa.select(User).order_by(User.email)))


def authenticate(session: Session, email: str, password: str) -> User:
    """The colleague with this address and password.

    Raises Refused, in the same words and after the same work for an unknown address, a wrong password and
    somebody who may no longer log in.
    """
    user = _named(session, email)
    stored = user.password_hash if user and user.password_hash else passwords.nobodys()
    matched = passwords.matches(stored, password)
    if user is None or not matched or not user.password_hash or user.disabled_at:
        raise Refused(N_("The address or the password is wrong."))
    return user


def set_password(session: Session, user: User, password: str) -> None:
    """The old password, every link to choose one and every open session end here. Raises Invalid for a weak one."""
    passwords.check(password, email=user.email)
    user.password_hash = passwords.scramble(password)
    session.flush()


def _mail(
    session: Session,
    kind: NoticeKind,
    user: User,
    *,
    language: str = "",
    by: str = "",
    now: datetime,
) -> Notice:
    return notices.send(
        session,
        kind,
        email=user.email,
        name=user.name,
        language=user.language or language or DEFAULT,
        facts={"user_id": user.id},
        by=by,
        now=now,
    )


def _named(session: Session, email: str) -> User | None:
    return session.scalar(sa.select(User).where(User.email == email.strip().lower()))


def _free_address(session: Session, email: str, *, besides: User | None = None) -> str:
    address = normalise(email)
    if not address:
        raise Invalid(N_("An e-mail address is needed here."), field="email")
    holder = _named(session, address)
    if holder is not None and holder is not besides:
        raise Invalid(N_("%(email)s is already a colleague here."), field="email", email=address)
    return address


def _role(role: str) -> Role:
    try:
        return Role(role)
    except ValueError:
        raise Invalid(N_("There is no role %(role)s."), field="role", role=role) from None


def _keep_an_admin(session: Session, leaving: User) -> None:
    others = sa.select(User.id).where(
        User.role == Role.ADMIN, User.disabled_at.is_(None), User.id != leaving.id
    )
    if leaving.role == Role.ADMIN and session.scalar(others.limit(1)) is None:
        raise Refused(N_("This is the last administrator; make another one first."))

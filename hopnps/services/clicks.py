"""An opened score link -> a click row, and no more of the caller than a network and a browser's name."""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import Click, Invitation

MOST = 100  # per invitation: a robot that opens links all day fills no table
USER_AGENT_LENGTH = 200


def note(
    session: Session,
    invitation: Invitation,
    score: int,
    *,
    user_agent: str = "",
    address: str = "",
    now: datetime,
) -> Click | None:
    """Note that the link of a score was opened; None once an invitation has MOST of them."""
    count = sa.select(sa.func.count()).where(Click.invitation_id == invitation.id)
    if session.scalar(count) >= MOST:  # type: ignore[operator]  # a count is never NULL
        return None
    click = Click(
        invitation_id=invitation.id,
        score=score,
        clicked_at=now,
        user_agent=_cut(user_agent),
        network=network_of(address),
    )
    session.add(click)
    session.flush()
    return click


def network_of(address: str) -> str:
    """`192.0.2.77` -> `192.0.2.0/24`, an IPv6 address -> its /48; '' for what is no address."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


def _cut(user_agent: str) -> str:
    return "".join(mark for mark in user_agent if mark.isprintable())[:USER_AGENT_LENGTH]

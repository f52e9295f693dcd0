"""Who is there on the first day."""

from __future__ import annotations

from examples.host.crm.models import Client, Person, Ticket, db

PEOPLE = (("Paul Lindon", "paul@lindon.test", True), ("Maya Okafor", "maya@lindon.test", False))
CLIENTS = (
    ("Rose Tisserand", "rose.tisserand@example.org", "Rouen", "The washing machine leaks"),
    ("Ivan Petrov", "ivan.petrov@example.com", "Rouen", "The oven stays cold"),
    ("Nadia Benali", "nadia.benali@example.org", "Dieppe", "The fridge hums at night"),
)


def move_in() -> None:
    """The CRM's tables and its first people, once."""
    db.create_all()
    if db.session.query(Person).count():
        return
    for name, email, is_manager in PEOPLE:
        db.session.add(Person(name=name, email=email, is_manager=is_manager))
    for name, email, shop, subject in CLIENTS:
        client = Client(name=name, email=email, shop=shop)
        client.tickets.append(Ticket(subject=subject, agent="Maya Okafor"))
        db.session.add(client)
    db.session.commit()

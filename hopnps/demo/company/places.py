"""The twelve shops of Cycles Tilleul, and how each of them pleases its clients."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shop:
    """`mood` leans scores up or down, `drift` is what a year adds to it; `weight` is its share of the clients."""

    id: int
    name: str
    region: str
    agents: tuple[str, str]
    mood: float = 0.0
    drift: float = 0.0
    weight: int = 10


PARIS, ALPS, WEST, SOUTH = (
    "Île-de-France",
    "Auvergne-Rhône-Alpes",
    "Ouest",
    "Sud",
)
REGIONS = (PARIS, ALPS, WEST, SOUTH)
SHOPS = (
    Shop(1, "Paris Bastille", PARIS, ("Samir Benali", "Lucie Morel"), 0.3, -1.3, 16),
    Shop(2, "Versailles", PARIS, ("Sophie Marchal", "Hugo Faure"), 0.1, 0.2, 7),
    Shop(3, "Montreuil", PARIS, ("Awa Sarr", "Denis Colin"), 0.0, 0.0, 9),
    Shop(4, "Lyon Part-Dieu", ALPS, ("Karim Haddad", "Julie Robin"), 0.0, 0.3, 14),
    Shop(5, "Annecy", ALPS, ("Perrine Joly", "Yann Tanguy"), 0.9, 0.1, 8),
    Shop(6, "Grenoble", ALPS, ("Mathilde Clerc", "Paul Vidal"), 0.3, 0.0, 8),
    Shop(7, "Nantes", WEST, ("Inès Kerbrat", "Rémi Huet"), 0.7, 0.0, 12),
    Shop(8, "Rennes", WEST, ("Gaëlle Hamel", "Victor Noël"), 0.2, 0.1, 8),
    Shop(9, "Brest", WEST, ("Maud Tanguy", "Joël Hervé"), -0.1, 0.0, 3),
    Shop(10, "Bordeaux", SOUTH, ("Nadia Fabre", "Simon Dumas"), 0.2, 0.0, 11),
    Shop(11, "Toulouse", SOUTH, ("Camille Rolland", "Marc Lacroix"), -0.6, 0.9, 10),
    Shop(12, "Montpellier", SOUTH, ("Salomé Rivière", "Éric Bonnet"), -0.2, -0.1, 6),
)

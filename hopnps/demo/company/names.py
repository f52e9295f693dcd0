"""The names from which the demo's clients are put together."""

# ruff: noqa: SIM905  (a list of eighty quoted names is harder to read and to add to)

from __future__ import annotations

FRENCH_FIRST = tuple(
    "Adèle Adrien Agathe Alain Alice Amélie Anaïs André Antoine Arnaud Aurélie Awa Baptiste Béatrice Benoît "
    "Bertrand Camille Caroline Cécile Céline Chloé Claire Clément Damien Delphine Denis Djamila Elsa Émilie "
    "Emma Étienne Fabien Farid Fatou Florence Florian François Gaëlle Gabriel Guillaume Hélène Hugo Inès Isabelle "
    "Jeanne Jérôme Joël Julie Julien Karim Laure Laurent Léa Lucas Lucie Ludovic Manon Marc Margaux Marie Mathilde "
    "Mathieu Maud Mehdi Mélanie Nadia Nathan Nicolas Noémie Olivier Pascal Paul Pauline Perrine Philippe Pierre "
    "Quentin Raphaël Rémi Romain Sabine Salomé Samir Sandrine Sarah Sébastien Simon Solène Sophie Stéphane Sylvie "
    "Thomas Valérie Véronique Victor Vincent Yann Yasmine Yves Zoé".split()
)
FRENCH_LAST = tuple(
    "Arnoux Aubert Bailly Barbier Baudry Benali Berger Bernard Besson Blanchard Bonnet Bouchet Boulanger Bourdin "
    "Breton Brunel Carpentier Chauvin Chevalier Clerc Colin Cordier Courtois Dauphin Delacroix Delmas Denis "
    "Deschamps Diallo Dufour Dumas Dupuis Durand Fabre Faure Ferrand Fleury Fontaine Fournier Gaillard Garnier "
    "Gauthier Gilbert Girard Godin Guérin Guichard Haddad Hamel Hardy Hervé Huet Jacquet Joly Jourdan Kerbrat Klein "
    "Lacroix Lambert Langlois Laporte Lebrun Leclerc Lefèvre Léger Lemoine Leroux Lévêque Loiseau Mallet Marchal "
    "Maréchal Marsan Martel Masson Mercier Meunier Michaud Monnier Morel Moulin Ndiaye Noël Oberlin Olivier Pasquier "
    "Pelletier Perrin Petit Picard Poirier Prévost Rambert Raynaud Renard Rivière Robin Rolland Rousseau Sarr "
    "Schmitt Tanguy Tessier Thibault Vasseur Vidal Weber Zeller".split()
)
ENGLISH_FIRST = tuple(
    "Alistair Amy Andrew Anna Ben Bridget Callum Catherine Charlotte Daniel Edith Eleanor Emily Ewan Fiona George "
    "Grace Hannah Harry Imogen Jack James Jane Kate Laura Lewis Liam Martha Megan Nora Oliver Owen Philippa Rachel "
    "Robert Rory Ruth Sam Siobhan Tom Victoria William".split()
)
ENGLISH_LAST = tuple(
    "Ashby Barlow Bennett Blackwood Brennan Carver Clarke Coleman Doyle Ellis Fairfax Fletcher Gallagher Graham "
    "Harding Hughes Irving Jennings Keane Lawson MacLeod Marsh Moore Nolan Osborne Parry Quinn Reilly Sinclair "
    "Thornton Turner Vaughan Wallace Whitaker Woods Yates".split()
)
COMPANIES = (
    "Boulangerie {last}",
    "Cabinet {last}",
    "Livraisons {last}",
    "{last} et Filles",
    "Imprimerie {last}",
    "Fleurs {last}",
    "Architectes {last}",
    "Coursiers {last}",
)
ENGLISH_COMPANIES = (
    "{last} & Sons",
    "{last} Couriers",
    "{last} Translations",
    "The {last} Practice",
)
NOTES = (
    "Préfère être appelé après 18 h.",
    "Vient toujours avec son vélo cargo.",
    "Roule toute l’année, très attentif à l’éclairage.",
    "Attend le nouveau modèle de ville.",
    "A offert un vélo à chacun de ses enfants ici.",
    "Souhaite une facture au nom de la société.",
)
BICYCLES = ("ville", "électrique", "cargo", "route", "gravel", "enfant", "pliant")
TAGS = ("vélotaf", "famille", "club", "atelier", "location", "carte cadeau")
REPAIRS = (
    ("réglage du dérailleur", "gear adjustment", 35),
    ("changement des plaquettes de frein", "new brake pads", 48),
    ("révision complète", "full service", 89),
    ("remplacement de la chaîne", "new chain", 55),
    ("roue arrière neuve", "new rear wheel", 120),
    ("crevaison et pneu neuf", "puncture and new tyre", 32),
    ("diagnostic de la batterie", "battery check", 45),
    ("câble de frein", "brake cable", 28),
)
ARTICLES = (
    ("vélo de ville", "city bike", 690),
    ("vélo électrique", "electric bike", 2190),
    ("vélo pour enfant", "children's bike", 259),
    ("porte-bébé et casque", "child seat and helmet", 214),
    ("sacoches étanches", "waterproof panniers", 119),
    ("éclairage à dynamo", "dynamo lights", 84),
    ("antivol en U", "U-lock", 69),
    ("veste de pluie", "rain jacket", 95),
    ("casque", "helmet", 59),
    ("pneus hiver", "winter tyres", 78),
)
MAIL_PROGRAMS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
)
SCANNER = "MailScanner/7.2 (link check)"

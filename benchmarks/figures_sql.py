"""The questions of the benchmark of figures, as somebody writes them by hand for each database."""

from __future__ import annotations

from benchmarks.figures_house import NOW

COUNTS = (
    "COUNT(*) FILTER (WHERE score >= 9), COUNT(*) FILTER (WHERE score IN (7, 8)),"
    " COUNT(*) FILTER (WHERE score <= 6)"
)
ELEVEN = ", ".join(f"COUNT(*) FILTER (WHERE score = {score})" for score in range(11))
CLICKS = ", ".join(
    f"COUNT(*) FILTER (WHERE score {span} AND evidence = 'click-only')"
    for span in ("<= 6", "= 7", "= 8", ">= 9")
)
SCAN = f"SELECT {COUNTS} FROM nps_response"


def _both(where: str) -> list[str]:
    """The figures of each day and of each store."""
    common = f"FROM nps_response WHERE scale = '0-10' AND excluded_at IS NULL AND {where}"
    return [
        f"SELECT answered_on, {ELEVEN}, {CLICKS} {common} GROUP BY answered_on",
        f"""SELECT counted.*, nps_store.name FROM (SELECT store_id, {COUNTS}, COUNT(*) FILTER (WHERE score = 8)
            {common} GROUP BY store_id) AS counted LEFT JOIN nps_store ON nps_store.id = counted.store_id""",
    ]


def _members(where: str) -> str:
    return f"contact_id IN (SELECT id FROM nps_contact WHERE {where})"


ACCENTED = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝŸàáâãäåçèéêëìíîïñòóôõöùúûüýÿŒÆ"
PLAIN = "aaaaaaceeeeiiiinooooouuuuyyaaaaaaceeeeiiiinooooouuuuyyœæ"
TAGGED = {
    "sqlite": "tags GLOB '*|[vV][iI][pP]|*'",
    "postgresql": f"lower(translate(tags, '{ACCENTED}', '{PLAIN}') COLLATE \"C\") LIKE '%%|vip|%%'",
}
LIVING = {
    "sqlite": "attributes ->> 'city' GLOB '[vV][iI][lL][lL][eE] 3'",
    "postgresql": f"lower(translate(attributes ->> 'city', '{ACCENTED}', '{PLAIN}') COLLATE \"C\") LIKE 'ville 3'",
}
ORDER = {
    "sqlite": "kind GLOB '[oO][rR][dD][eE][rR]'",
    "postgresql": f"lower(translate(kind, '{ACCENTED}', '{PLAIN}') COLLATE \"C\") LIKE 'order'",
}
LATELY = {
    "sqlite": f"occurred_at > datetime('{NOW:%Y-%m-%d %H:%M:%S}', '-60 days') || '.000000' AND occurred_at <= '{NOW:%Y-%m-%d %H:%M:%S}.000000'",
    "postgresql": f"occurred_at > TIMESTAMPTZ '{NOW:%Y-%m-%d %H:%M}+00' - interval '60 days'"
    f" AND occurred_at <= TIMESTAMPTZ '{NOW:%Y-%m-%d %H:%M}+00'",
}
BARE = {
    kind: {
        "segment": _both(_members(TAGGED[kind])),
        "own attribute": _both(_members(LIVING[kind])),
        "colleague": _both("agent = 'Agent 7'"),
        "campaign": _both("campaign_id IS NULL AND campaign_name = 'Vague 7'"),
    }
    for kind in ("sqlite", "postgresql")
}
SEGMENTS = {
    kind: {
        "vip": f"SELECT COUNT(*) FROM nps_contact WHERE {TAGGED[kind]}",
        "city": f"SELECT COUNT(*) FROM nps_contact WHERE {LIVING[kind]}",
        "promoters": "SELECT COUNT(*) FROM nps_contact WHERE last_category = 'promoter'",
        "two orders": f"""SELECT COUNT(*) FROM (SELECT contact_id FROM nps_interaction WHERE {ORDER[kind]}
            GROUP BY contact_id HAVING COUNT(*) >= 2) AS found""",
        "lately": f"""SELECT COUNT(*) FROM nps_contact WHERE EXISTS (SELECT 1 FROM nps_interaction
            WHERE contact_id = nps_contact.id AND {ORDER[kind]} AND {LATELY[kind]})""",
    }
    for kind in ("sqlite", "postgresql")
}

"""What English-speaking clients of a French bike shop say, in sentences that can stand in any order."""

from __future__ import annotations

PROMOTER = {
    "any": (
        "Friendly from the first minute, even on a busy Saturday.",
        "{agent} knows bikes and does not oversell.",
        "{agent} switched to English without a fuss.",
        "Honest advice and a fair price.",
        "You can tell these people ride.",
        "They remembered my bike from last year.",
        "The test ride made up my mind.",
        "Opening hours that suit people who work.",
        "My son has not left his new bike since.",
        "Finally a shop that explains without talking down.",
    ),
    "ticket": (
        "{item} done in two days, better than new.",
        "They lent me a bike while mine was in the workshop.",
        "{agent} called before replacing anything.",
        "The quote was right to the cent.",
        "The bike came back clean, which nobody had asked for.",
        "Clear diagnosis, tidy work.",
    ),
    "order": (
        "{item} was exactly what I needed.",
        "Ordered on Monday, riding on Wednesday.",
        "{agent} saved me from buying the wrong size.",
        "Collection took five minutes.",
        "No plastic in the parcel, well done.",
    ),
    "end": (
        "I will be back.",
        "Thank you, {agent}.",
        "I have told all my colleagues.",
        "Keep it up.",
        "A pleasure.",
        "Worth the detour.",
    ),
}
PASSIVE = {
    "any": (
        "Very good advice, a little expensive.",
        "Nice people, but few small sizes in stock.",
        "All fine, nothing special.",
        "The website could say more in English.",
        "Good shop, long queue.",
        "I would like to book the workshop online.",
        "Parking a cargo bike there is hard.",
    ),
    "ticket": (
        "Good repair, three days later than announced.",
        "{item} was done well, but the invoice was a riddle.",
        "A text message when the bike is ready would help.",
        "I had to come back for one small adjustment.",
    ),
    "order": (
        "{item} arrived fine, the box less so.",
        "Good product, slow delivery.",
        "I expected assembly to be included.",
    ),
    "end": (
        "Otherwise happy.",
        "I would probably come again.",
        "Almost there.",
        "No hard feelings.",
    ),
}
DETRACTOR = {
    "any": (
        "Nobody answers the phone.",
        "Three people gave me three different answers.",
        "I felt I was in the way.",
        "Prices went up a lot this year.",
        "I waited twenty minutes before anybody looked up.",
        "My e-mail was never answered.",
        "They only wanted to sell me an electric one.",
    ),
    "ticket": (
        "{item}: three weeks, and no word about the delay.",
        "The noise I came for is still there.",
        "The quote doubled without a call.",
        "My bike came back with a scratch on the frame.",
        "The brakes squeal more than before.",
        "Two appointments moved, the third forgotten.",
    ),
    "order": (
        "{item} came ten days late.",
        "Shown in stock, then cancelled a week later.",
        "The wrong size arrived and I paid the return.",
        "The pedals were missing.",
        "I am still waiting for my refund.",
    ),
    "end": (
        "I will look elsewhere.",
        "Please call me.",
        "A pity, the staff were kind.",
        "I used to recommend you.",
        "One phone call would have been enough.",
    ),
}

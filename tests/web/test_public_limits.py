"""How often a link may be used: sixty times a minute, then a rest, and memory that stays small."""

from __future__ import annotations

from hopnps.blueprints import public_limits
from hopnps.blueprints.public_limits import Uses


class Watch:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_a_link_is_heard_sixty_times_a_minute_and_again_a_minute_later():
    watch = Watch()
    uses = Uses(watch)

    assert [uses.hear("link") for _ in range(62)] == [True] * 60 + [False] * 2
    assert uses.hear("another link")
    watch.now = 59.9
    assert not uses.hear("link")
    watch.now = 60
    assert uses.hear("link")


def test_who_kept_asking_while_refused_is_heard_all_the_same_a_minute_later():
    watch = Watch()
    uses = Uses(watch)
    for tenth in range(600):
        watch.now = tenth / 10
        uses.hear("link")

    watch.now = 66.1
    assert uses.hear("link")


def test_links_that_rest_are_forgotten_and_never_too_many_are_kept(monkeypatch):
    monkeypatch.setattr(public_limits, "LINKS_REMEMBERED", 10)
    watch = Watch()
    uses = Uses(watch)
    for number in range(100):
        watch.now += 1
        assert uses.hear(number)

    assert len(uses._uses) <= 10

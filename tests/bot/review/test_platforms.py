"""Length as each platform counts it."""

from __future__ import annotations

import pytest

from bot.errors import InputError
from bot.review import Rulebook, count, find_platform
from tests.bot.review.conftest import Check

FAMILY = "👩‍👩‍👧"  # one sign to a reader, five code points


@pytest.mark.parametrize(
    ("platform", "text", "length"),
    [
        ("x", "a" * 280, 280),
        ("x", "https://www.oslomet.no/" + "a" * 200, 23),
        ("x", FAMILY, 2),
        ("x", "日本", 4),
        ("bluesky", FAMILY, 1),
        ("bluesky", "e\u0301", 1),
        ("mastodon", "https://www.oslomet.no/" + "a" * 200, 23),
        ("linkedin", "😀", 2),
        ("threads", "😀", 1),
    ],
)
def test_length_is_counted_as_the_platform_counts(platform: str, text: str, length: int, rules: Rulebook) -> None:
    assert count(text, find_platform(platform, rules.platforms)) == length


def test_the_finding_shows_what_does_not_fit(check: Check) -> None:
    (finding,) = [each for each in check("a" * 290, platform="x").findings if each.rule == "length"]
    assert (finding.start, finding.end) == (280, 290)
    assert "290" in finding.message
    assert "10" in finding.message


def test_no_sign_is_cut_in_two(check: Check) -> None:
    (finding,) = [each for each in check(FAMILY * 301, platform="bluesky").findings if each.rule == "length"]
    assert finding.start == 300 * len(FAMILY)


@pytest.mark.parametrize("name", ["x", "X", "Twitter", " twitter ", "LinkedIn", "ig", "Insta", "FB", "bsky"])
def test_a_platform_goes_by_many_names(name: str, rules: Rulebook) -> None:
    assert find_platform(name, rules.platforms)


def test_an_unknown_platform_is_told_with_the_nearest(rules: Rulebook) -> None:
    with pytest.raises(InputError, match="Did you mean linkedin") as told:
        find_platform("linkdin", rules.platforms)
    assert "mastodon" in str(told.value)


def test_limits_carry_the_day_they_were_checked(rules: Rulebook) -> None:
    limits = {platform.id: platform.limit for platform in rules.platforms}
    assert limits == {
        "x": 280,
        "linkedin": 3000,
        "instagram": 2200,
        "facebook": 63206,
        "bluesky": 300,
        "threads": 500,
        "mastodon": 500,
        "tiktok": 2200,
    }
    assert all(platform.as_of.year >= 2026 for platform in rules.platforms)

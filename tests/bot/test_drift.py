"""A new edition of a handbook shows what to read again, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drift import Drift, compare, fingerprint, paragraphs

TONE = "Write the way you talk to a neighbour over the fence, and leave the long words to the annual report."
PICTURES = "Take your own pictures where you can, ask the people in them first, and say who took the rest."
HOURS = "Nobody expects you to answer in the evening; tell people when the office opens and come back then."
HEADING = "How we talk to people here"
BOOK = f"{HEADING}\n\n{TONE}\n\n{PICTURES}\n\n{HOURS}\n"

SECTIONS = {"our/tone": [fingerprint(TONE)], "our/pictures": [fingerprint(PICTURES)], "our/hours": [fingerprint(HOURS)]}
SECTIONS_AND_HEADING = {**SECTIONS, "": [fingerprint(HEADING)]}


def found(edition: str) -> list[tuple[str, str | None, int]]:
    return [(drift.kind, drift.section, drift.line) for drift in compare(SECTIONS_AND_HEADING, edition)]


SAME = [("same", "our/tone", 3), ("same", "our/pictures", 5), ("same", "our/hours", 7), ("same", "", 1)]


def test_the_edition_that_was_read_has_not_changed() -> None:
    assert found(BOOK) == SAME


@pytest.mark.parametrize(
    "edition",
    [
        BOOK.replace("\n", "\r\n"),
        "\ufeff" + BOOK,
        BOOK.upper(),
        BOOK.replace(",", " –").replace(".", " !"),
        BOOK.replace(" ", "  "),
        BOOK + "\n* * *\n\nSide 3\n",
    ],
    ids=["Windows line ends", "byte order mark", "capitals", "punctuation", "spacing", "page furniture"],
)
def test_what_only_looks_different_has_not_changed(edition: str) -> None:
    assert [kind for kind, _, _ in found(edition)] == ["same"] * 4


def test_an_edited_paragraph_is_changed_in_its_section() -> None:
    edited = TONE.replace("neighbour", "colleague")
    drifts = compare(SECTIONS_AND_HEADING, BOOK.replace(TONE, edited))

    assert drifts[0] == Drift("changed", "our/tone", 3, fingerprint(edited), was=fingerprint(TONE))
    assert [drift.kind for drift in drifts[1:]] == ["same"] * 3


def test_a_paragraph_written_anew_is_gone_and_new() -> None:
    anew = "Bicycles stand in the yard behind the house, and whoever needs a pump asks the caretaker for it."

    assert found(BOOK.replace(HOURS, anew)) == [*SAME[:2], ("gone", "our/hours", 0), SAME[3], ("new", None, 7)]


def test_a_paragraph_taken_out_is_gone_and_one_put_in_is_new() -> None:
    anew = "Bicycles stand in the yard behind the house, and whoever needs a pump asks the caretaker for it."

    assert ("gone", "our/pictures", 0) in found(BOOK.replace(PICTURES, ""))
    assert found(f"{anew}\n\n{BOOK}")[-1] == ("new", None, 1)


def test_paragraphs_that_change_places_have_not_changed() -> None:
    assert found(f"{HOURS}\n\n{PICTURES}\n\n{TONE}\n\n{HEADING}\n") == [
        ("same", "our/tone", 5), ("same", "our/pictures", 3), ("same", "our/hours", 1), ("same", "", 7),
    ]  # fmt: skip


def test_a_paragraph_that_two_sections_share_changes_both() -> None:
    shared = {"our/one": [fingerprint(TONE)], "our/two": [fingerprint(TONE)]}

    drifts = compare(shared, TONE.replace("neighbour", "colleague"))

    assert [(drift.kind, drift.section) for drift in drifts] == [("changed", "our/one"), ("changed", "our/two")]


def test_an_empty_edition_has_lost_everything() -> None:
    assert {kind for kind, _, _ in found("")} == {"gone"}


def test_the_points_of_a_list_are_one_paragraph() -> None:
    text = "• be yourself at work\n\n• be open and honest\n\n- and kind to everybody here\n\nAnd that was the list.\n"

    assert [line for line, _ in paragraphs(text)] == [1, 7]


@given(st.lists(st.text(min_size=1), max_size=8))
def test_any_edition_compared_with_itself_has_not_changed(parts: list[str]) -> None:
    text = "\n\n".join(parts)
    sections = {f"our/{number}": [fingerprint(block)] for number, (_, block) in enumerate(paragraphs(text))}

    assert {drift.kind for drift in compare(sections, text)} <= {"same"}


@given(st.text())
def test_a_fingerprint_is_a_short_and_a_near_hash_of_any_text(text: str) -> None:
    exact, near = fingerprint(text).split("-")

    assert (len(exact), len(near)) == (12, 16)
    assert fingerprint(text) == fingerprint(text + " …")

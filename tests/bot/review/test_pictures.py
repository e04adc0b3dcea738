"""What a picture's file gives away is told; what cannot be read is said; nothing claims to have seen the picture."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from bot.language import Language
from bot.review import Rulebook, Shown, look, picture_notes


def picture(kind: str = "JPEG", *, place: bool = False, time: bool = False, maker: str = "") -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Camera"
    if place:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (59.0, 55.0, 12.0)
        gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (10.0, 44.0, 3.0)
    if time:
        exif[ExifTags.Base.DateTime] = "2026:03:04 08:15:00"
    if maker:
        exif[ExifTags.Base.Artist] = maker
    into = BytesIO()
    Image.new("RGB", (4, 3)).save(into, kind, exif=exif)
    return into.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_time_and_maker_are_seen_in_the_file(kind: str) -> None:
    assert look(picture(kind)) == Shown(place=False, time=False, maker=False)
    assert look(picture(kind, place=True)) == Shown(place=True, time=False, maker=False)
    assert look(picture(kind, time=True, maker="Kari Moen")) == Shown(place=False, time=True, maker=True)


@pytest.mark.parametrize("language", Language, ids=str)
def test_the_notes_name_no_place_and_say_that_the_picture_was_not_seen(rules: Rulebook, language: Language) -> None:
    notes = picture_notes(picture(place=True, maker="Kari Moen"), rules, language)
    assert notes[0] == rules.phrase("picture-place", language)
    assert notes[-1] == rules.phrase("picture-unseen", language)
    assert "Kari" not in "".join(notes)


def test_what_is_no_picture_is_said_to_be_none(rules: Rulebook) -> None:
    assert picture_notes(b"%PDF-1.7", rules, Language.EN) == (rules.phrase("picture-unreadable", Language.EN),)


@given(cut=st.integers(0, 400), junk=st.binary(max_size=40))
def test_a_damaged_file_is_never_an_error(cut: int, junk: bytes) -> None:
    whole = picture(place=True, time=True)
    look(whole[:cut] + junk + whole[cut:])
    look(whole[:cut])

"""What a picture's file gives away beside the picture: where and when it was taken, and by whom. The picture itself is
not judged, and every answer says so. Pure: bytes in, facts or sentences out.

Reads EXIF (CIPA DC-008) with Pillow, which opens JPEG, PNG, WebP, TIFF and GIF; pixels are never decoded.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image, UnidentifiedImageError

from bot.language import Language
from bot.review.rulebook import Rulebook

PICTURE_PHRASES = ("unseen", "place", "time", "maker", "ask", "unreadable")
MAX_BYTES = 40_000_000  # of a longer file nothing is read
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "MPO")
_TIMES = (ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized, ExifTags.Base.DateTime)
_MAKERS = (ExifTags.Base.Artist, ExifTags.Base.Copyright)


@dataclass(frozen=True)
class Shown:
    """What a picture's file tells. No coordinates, times or names are kept: only that they are there."""

    place: bool
    time: bool
    maker: bool


def look(data: bytes) -> Shown | None:
    """What the file of a picture tells; None where it is no picture that can be read, or a damaged one."""
    if len(data) > MAX_BYTES:
        return None
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as picture:
            exif = picture.getexif()
            details = exif.get_ifd(ExifTags.IFD.Exif)
            place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (UnidentifiedImageError, Image.DecompressionBombError, Warning):
        return None
    except (OSError, SyntaxError, ValueError, KeyError, TypeError, struct.error):  # what Pillow raises on damaged files
        return None
    return Shown(
        place=ExifTags.GPS.GPSLatitude in place or ExifTags.GPS.GPSDestLatitude in place,
        time=any(exif.get(tag) or details.get(tag) for tag in _TIMES),
        maker=any(str(exif.get(tag) or "").strip(" \0") for tag in _MAKERS),
    )


def picture_notes(data: bytes, rules: Rulebook, language: Language) -> tuple[str, ...]:
    """What to tell whoever checks a post with this picture, gravest first; that it was not seen always stands last."""
    shown = look(data)
    if shown is None:
        return (rules.phrase("picture-unreadable", language),)
    told = (("place", shown.place), ("time", shown.time), ("maker", shown.maker), ("ask", True), ("unseen", True))
    return tuple(rules.phrase(f"picture-{name}", language) for name, there in told if there)

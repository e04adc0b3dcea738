"""Figures as a picture: bars, drawn as SVG by hand of plain numbers and escaped words, and as PNG by resvg.

What a picture says stands in its description as well, and in the text or table beside it: both are made of the same
``Bars``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

from PIL import Image

WIDTH, HEIGHT = 640, 260
LEFT, TOP, BOTTOM = 20, 48, 34  # around the bars
GAP = 0.35  # of a bar's room that stays free
COLOURS = ("#c9d6d3", "#17615c")  # of the first and the second row: told apart by lightness alone, too
INK, GROUND = "#1f2422", "#ffffff"


@dataclass(frozen=True)
class Bars:
    """Two rows of whole numbers, the second a part of the first: one pair for each of ``labels``."""

    title: str
    labels: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]  # of each: what it is, and its numbers

    @property
    def described(self) -> str:
        """All that the picture says, in words."""
        told = (
            f"{label}: " + ", ".join(f"{name.lower()} {numbers[place]}" for name, numbers in self.rows)
            for place, label in enumerate(self.labels)
        )
        return f"{self.title}. " + "; ".join(told) + "."


def svg(bars: Bars, *, inked: bool = True) -> str:
    """``inked``: with colours of its own; else a page gives them by class."""
    most = max((number for _, numbers in bars.rows for number in numbers), default=0) or 1
    room = (WIDTH - 2 * LEFT) / max(1, len(bars.labels))
    high = HEIGHT - TOP - BOTTOM
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{GROUND}"/>' if inked else ""
    drawn = [_legend(bars, inked=inked)]
    for place, label in enumerate(bars.labels):
        left, wide = LEFT + room * (place + GAP / 2), room * (1 - GAP)
        for row, (_, numbers) in enumerate(bars.rows):
            tall = high * numbers[place] / most
            drawn.append(
                f'<rect class="row-{row}" x="{left:.1f}" y="{TOP + high - tall:.1f}" width="{wide:.1f}" '
                f'height="{tall:.1f}"{_fill(COLOURS[row % 2], inked=inked)}/>'
            )
        top = TOP + high - high * max(numbers[place] for _, numbers in bars.rows) / most
        counts = "/".join(str(numbers[place]) for _, numbers in reversed(bars.rows))
        drawn.append(_text(left + wide / 2, top - 5, counts, "middle", inked=inked))
        drawn.append(_text(left + wide / 2, HEIGHT - 12, label, "middle", inked=inked))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="13"><title>{escape(bars.title)}</title>'
        f"<desc>{escape(bars.described)}</desc>{ground}{''.join(drawn)}</svg>"
    )


def png(bars: Bars) -> bytes:
    """Of 16 colours, a few thousand bytes."""
    from resvg_py import svg_to_bytes  # noqa: PLC0415  # once a week

    drawn = svg_to_bytes(svg_string=svg(bars), sans_serif_family="DejaVu Sans", width=WIDTH, height=HEIGHT)
    small = BytesIO()
    with Image.open(BytesIO(bytes(drawn))) as picture:
        picture.convert("RGB").quantize(16).save(small, "PNG", optimize=True)
    return small.getvalue()


def _legend(bars: Bars, *, inked: bool) -> str:
    parts: list[str] = []
    left = float(LEFT)
    for row, (name, _) in enumerate(bars.rows):
        fill = _fill(COLOURS[row % 2], inked=inked)
        parts.append(f'<rect class="row-{row}" x="{left:.0f}" y="10" width="14" height="14"{fill}/>')
        parts.append(_text(left + 20, 22, name, "start", inked=inked))
        left += 44 + 7.6 * len(name)
    return "".join(parts)


def _text(x: float, y: float, text: str, anchor: str, *, inked: bool) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{_fill(INK, inked=inked)}>{escape(text)}</text>'


def _fill(colour: str, *, inked: bool) -> str:
    return f' fill="{colour}"' if inked else ""


def weeks(
    title: str, labels: Sequence[str], asked: tuple[str, Sequence[int]], answered: tuple[str, Sequence[int]]
) -> Bars:
    """Questions of some weeks, and those of them that were answered without a person."""
    return Bars(title, tuple(labels), tuple((name, tuple(numbers)) for name, numbers in (asked, answered)))

"""Pictures for made-up people: a sky, a sun and some hills, since nobody's face should be borrowed."""

import colorsys
import io
import math
from random import Random

from PIL import Image, ImageDraw

from domain.members.avatars import SIDE_PX
from hub.demo.dice import dice

_FINE = 2
"""Drawn larger and made smaller, so that edges are smooth."""
_SIDE = SIDE_PX * _FINE

Colour = tuple[int, int, int]


def portrait(handle: str) -> bytes:
    """A WebP, always the same for the same handle."""
    rng = dice(f"portrait of {handle}")
    hue = rng.random()
    picture = Image.new("RGB", (_SIDE, _SIDE))
    draw = ImageDraw.Draw(picture)
    _sky(draw, _colour(hue, 0.55, 0.95), _colour(hue + rng.uniform(0.06, 0.16), 0.45, 1.0))
    _sun(draw, rng, _colour(hue + 0.12, 0.2, 1.0))
    for layer in range(3):
        _hills(draw, rng, layer, _colour(hue + 0.03 * layer, 0.6, 0.68 - 0.19 * layer))
    out = io.BytesIO()
    small = picture.resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    small.save(out, "WEBP", quality=82, method=2)
    return out.getvalue()


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _sky(draw: ImageDraw.ImageDraw, above: Colour, below: Colour) -> None:
    for y in range(_SIDE):
        part = y / _SIDE
        mixed = tuple(round(a + (b - a) * part) for a, b in zip(above, below, strict=True))
        draw.line([(0, y), (_SIDE, y)], fill=mixed)


def _sun(draw: ImageDraw.ImageDraw, rng: Random, colour: Colour) -> None:
    radius = _SIDE * rng.uniform(0.1, 0.18)
    x, y = _SIDE * rng.uniform(0.22, 0.78), _SIDE * rng.uniform(0.2, 0.42)
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=colour)


def _hills(draw: ImageDraw.ImageDraw, rng: Random, layer: int, colour: Colour) -> None:
    base = _SIDE * (0.55 + 0.15 * layer)
    height, waves = _SIDE * rng.uniform(0.05, 0.13), rng.uniform(0.7, 2.2)
    shift, sharp = rng.uniform(0, math.tau), rng.random() < 0.4
    ridge = []
    for x in range(0, _SIDE + 8, 8):
        swing = math.sin(x / _SIDE * math.tau * waves + shift)
        ridge.append((x, base - height * (2 * abs(swing) - 1 if sharp else swing)))
    draw.polygon([(0, _SIDE), *ridge, (_SIDE, _SIDE)], fill=colour)

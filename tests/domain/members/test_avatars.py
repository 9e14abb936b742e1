"""Pictures keep their pixels and nothing else; what is no picture, or too much of one, is refused."""

import asyncio
import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from domain.members.avatars import SIDE_PX, encode_avatar
from domain.members.errors import NotAPicture

_ORIENTATION, _GPS, _GPS_LATITUDE, _MAKER = 0x0112, 0x8825, 2, 0x010F


def photo(*, size: tuple[int, int] = (400, 300), orientation: int = 1) -> bytes:
    """A JPEG as a phone makes it: red above, blue below, with the place and the camera in it."""
    picture = Image.new("RGB", size, (220, 20, 20))
    picture.paste((20, 20, 220), (0, size[1] // 2, size[0], size[1]))
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    exif[_MAKER] = "canary camera"
    exif.get_ifd(_GPS)[_GPS_LATITUDE] = (48.0, 12.0, 30.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=b"canary comment", quality=95)
    assert b"canary camera" in out.getvalue()
    return out.getvalue()


async def decoded(upload: bytes) -> Image.Image:
    encoded = await encode_avatar(upload)
    assert b"canary" not in encoded
    assert b"EXIF" not in encoded
    assert b"XMP" not in encoded
    picture = Image.open(io.BytesIO(encoded))
    assert (picture.format, picture.size) == ("WEBP", (SIDE_PX, SIDE_PX))
    assert not picture.getexif()
    return picture.convert("RGB")


def is_red(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    return bool(pixel[0] > 150 and pixel[2] < 100)


async def test_a_photo_loses_place_camera_and_comment() -> None:
    picture = await decoded(photo())
    assert is_red(picture.getpixel((128, 20)))
    assert not is_red(picture.getpixel((128, 236)))


async def test_a_photo_that_was_taken_upside_down_stands_upright() -> None:
    picture = await decoded(photo(orientation=3))
    assert not is_red(picture.getpixel((128, 20)))
    assert is_red(picture.getpixel((128, 236)))


async def test_text_in_a_png_and_transparency_go() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "canary author")
    out = io.BytesIO()
    Image.new("RGBA", (90, 90), (255, 0, 0, 128)).save(out, "PNG", pnginfo=info)
    await decoded(out.getvalue())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
async def test_every_kind_of_png_becomes_a_picture(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (3, 500)).save(out, "PNG")
    await decoded(out.getvalue())


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is huge, and unpacks to that."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def gif() -> bytes:
    out = io.BytesIO()
    Image.new("P", (10, 10)).save(out, "GIF")
    return out.getvalue()


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"x",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a<script>alert(1)</script>",
        gif(),
        bomb(60_000, 60_000),
        bomb(8_000, 8_000),
        bomb(2**31 - 1, 1),
        bomb(300, 300)[:100],
        bomb(0, 0),
        photo()[:500],
        b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"%!PS-Adobe-3.0 EPSF-3.0",
    ],
    ids=lambda upload: f"{len(upload)} bytes of {upload[:6]!r}",
)
async def test_what_is_no_picture_or_too_much_of_one_is_refused(upload: bytes) -> None:
    with pytest.raises(NotAPicture):
        await encode_avatar(upload)


def as_format(name: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((24, 24), 60).convert("RGB").save(out, name, exif=Image.Exif().tobytes())
    return out.getvalue()


@settings(max_examples=150, deadline=None, database=None)
@given(
    kind=st.sampled_from(["PNG", "JPEG", "WEBP"]),
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=12),
    cut=st.floats(0.2, 1),
)
def test_bytes_made_to_break_a_decoder_are_a_picture_or_none(
    kind: str, changes: list[tuple[float, int]], cut: float
) -> None:
    upload = bytearray(as_format(kind))
    for at, value in changes:
        upload[int(at * len(upload))] = value
    with contextlib.suppress(NotAPicture):
        asyncio.run(encode_avatar(bytes(upload[: int(cut * len(upload))])))


async def test_a_page_after_a_picture_does_not_come_through() -> None:
    encoded = await encode_avatar(photo() + b"<script>canary</script>")
    assert b"script" not in encoded

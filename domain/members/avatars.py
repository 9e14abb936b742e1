"""Pictures of members: decoded within limits, cut to a square, encoded again without a trace of metadata."""

import asyncio
import io
import warnings

from PIL import Image, ImageOps

from domain.members.errors import NotAPicture

SIDE_PX = 256
_MOST_PIXELS = 40_000_000
_FORMATS = ("PNG", "JPEG", "WEBP")


async def encode_avatar(upload: bytes) -> bytes:
    """A WebP of SIDE_PX squared. Raises NotAPicture for anything but a PNG, JPEG or WebP picture."""
    return await asyncio.to_thread(_encode, upload)


def _encode(upload: bytes) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(upload), formats=_FORMATS)
            if picture.width * picture.height > _MOST_PIXELS:
                raise NotAPicture("This picture has too many pixels.")
            picture.draft("RGB", (SIDE_PX * 2, SIDE_PX * 2))
            # The orientation is in the metadata that goes away: turn the pixels first.
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except NotAPicture:
        raise
    except Exception as error:
        # Bytes that were made to break a decoder make it raise anything: SyntaxError, struct.error, EOFError.
        raise NotAPicture from error
    square = ImageOps.fit(upright, (SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    # Only the pixels go into the new picture.
    Image.frombytes("RGB", square.size, square.tobytes()).save(out, "WEBP", quality=82, method=4)
    return out.getvalue()

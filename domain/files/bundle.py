"""What is compressed: .gz files, and .zip bundles of them. Everything is counted while it expands."""

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from domain.files.gpx import SPORTS
from domain.files.model import (
    BUNDLE_BYTES,
    ENTRIES,
    EXPANDED_BYTES,
    RATIO,
    Entry,
    Refused,
    Trouble,
    Unreadable,
)

_CHUNK = 65_536
_FREE_BYTES = 1_000_000
"""So much may come of anything: the ratio is for what is large."""
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# What the library raises for bundles that lie about what is where.
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError)
_STRAVA_INDEX = "activities.csv"
_STRAVA_FOLDER = "activities/"


def is_gzip(data: bytes) -> bool:
    return data[:2] == b"\x1f\x8b"


def is_zip(data: bytes) -> bool:
    return data[:4] in {b"PK\x03\x04", b"PK\x05\x06"}


def pack(content: bytes) -> bytes:
    """A file as it is kept: smaller, where it is text."""
    return zlib.compress(content, 1)


def pieces(packed: bytes) -> Iterator[bytes]:
    """The file that was packed, piece by piece: a hundred megabytes never lie about at once."""
    expander = zlib.decompressobj()
    for start in range(0, len(packed), _CHUNK):
        yield from _inflated(expander, packed[start : start + _CHUNK])
    if not expander.eof:
        yield expander.flush()


def unpack(packed: bytes) -> bytes:
    """The file that was packed."""
    return b"".join(pieces(packed))


def expand(data: bytes) -> bytes:
    """What is in a .gz file. Raises Unreadable: truncated, malformed_file, expands_too_much."""
    most = min(EXPANDED_BYTES, max(_FREE_BYTES, len(data) * RATIO))
    expanded = bytearray()
    at = 0
    while is_gzip(data[at : at + 2]):
        expander = zlib.decompressobj(31)
        try:
            while at < len(data) and not expander.eof:
                for piece in _inflated(expander, data[at : at + _CHUNK]):
                    expanded += piece
                    if len(expanded) > most:
                        raise Unreadable(Trouble.EXPANDS_TOO_MUCH, "This expands to more than it may.")
                at += _CHUNK
            if not expander.eof:  # after its end, flush would count what follows it twice
                expanded += expander.flush()
        except zlib.error as error:
            raise Unreadable(Trouble.MALFORMED, "Not a .gz file as they are written.") from error
        if not expander.eof:
            raise Unreadable(Trouble.TRUNCATED, "The .gz file ends in the middle.")
        at = min(at, len(data)) - len(expander.unused_data)
    return bytes(expanded)


def entries(data: bytes) -> Iterator[Entry]:
    """The files of a bundle that may hold workouts, in order. Raises Unreadable for a bundle that is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            listed = [info for info in bundle.infolist() if not _is_furniture(info)]
            if len(listed) > ENTRIES:
                raise Unreadable(Trouble.TOO_MANY_ENTRIES, f"More than {ENTRIES} files in one bundle.")
            index = _strava_index(bundle)
            if index is not None:
                listed = [info for info in listed if info.filename.startswith(_STRAVA_FOLDER)]
            if not listed:
                raise Unreadable(Trouble.NO_ACTIVITY, "No file is in this bundle.")
            left = min(BUNDLE_BYTES, max(_FREE_BYTES, len(data) * RATIO))
            for info in listed:
                entry = _entry(bundle, info, left, (index or {}).get(info.filename, {}))
                left -= entry.size_bytes
                yield entry
    except _DAMAGED as error:
        raise Unreadable(Trouble.TRUNCATED, "The .zip file is damaged or not whole.") from error


def _inflated(expander: "zlib._Decompress", compressed: bytes) -> Iterator[bytes]:
    """What a piece of a stream expands to, never much at once. A bomb is stopped by who counts."""
    rest = compressed
    while rest and not expander.eof:
        yield expander.decompress(rest, _CHUNK)
        rest = expander.unconsumed_tail


def _entry(bundle: zipfile.ZipFile, info: zipfile.ZipInfo, left: int, said: dict[str, str]) -> Entry:
    name = info.filename[-1_000:]
    try:
        content = _content(bundle, info, min(left, EXPANDED_BYTES))
    except Unreadable as refused:
        return Entry(name, b"", trouble=Refused(refused.code, refused.detail))
    return Entry(
        name,
        pack(content),
        len(content),
        title=said.get("activity name", "")[:500],
        note=said.get("activity description", "")[:2_000],
        sport=SPORTS.get(said.get("activity type", "").lower().replace(" ", "")),
    )


def _content(bundle: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    if info.flag_bits & 0x1:
        raise Unreadable(Trouble.ENCRYPTED, "This file is locked by a password.")
    if info.compress_type not in _METHODS:
        raise Unreadable(Trouble.UNKNOWN_FORMAT, "Compressed in a way that is not known here.")
    if PurePosixPath(info.filename.lower()).suffix == ".zip":
        raise Unreadable(Trouble.NESTED, "A bundle within a bundle.")
    most = min(left, max(_FREE_BYTES, info.compress_size * RATIO))
    expanded = bytearray()
    try:
        with bundle.open(info) as file:
            # What the directory says of its length may be a lie: it is counted.
            while piece := file.read(_CHUNK):
                expanded += piece
                if len(expanded) > most:
                    raise Unreadable(Trouble.EXPANDS_TOO_MUCH, "This expands to more than it may.")
    except _DAMAGED as error:
        raise Unreadable(Trouble.WRONG_CHECKSUM, "This file was damaged in its bundle.") from error
    return bytes(expanded)


def _is_furniture(info: zipfile.ZipInfo) -> bool:
    """Folders, and what systems leave lying about."""
    path = PurePosixPath(info.filename)
    is_folder = info.filename.endswith("/") or not info.filename
    return is_folder or path.name.startswith(".") or "__MACOSX" in path.parts


def _strava_index(bundle: zipfile.ZipFile) -> dict[str, dict[str, str]] | None:
    """What a Strava archive says of each of its files; None where this is no such archive."""
    names = set(bundle.namelist())
    if _STRAVA_INDEX not in names or not any(name.startswith(_STRAVA_FOLDER) for name in names):
        return None
    text = _content(bundle, bundle.getinfo(_STRAVA_INDEX), EXPANDED_BYTES).decode("utf-8-sig", "replace")
    said: dict[str, dict[str, str]] = {}
    try:
        # Later columns of the same name repeat the first ones in other units: the first ones are taken.
        rows = csv.reader(io.StringIO(text, newline=""))
        header = [name.strip().lower() for name in next(rows, [])]
        for row in rows:
            one: dict[str, str] = {}
            for name, value in zip(header, row, strict=False):
                one.setdefault(name, value)
            said[one.get("filename", "")] = one
    except csv.Error as error:
        raise Unreadable(Trouble.MALFORMED, "The archive's list of activities cannot be read.") from error
    return said

"""XML from strangers: as a stream, without document types and entities, never deep, never wordy."""

from typing import NoReturn, Protocol
from xml.parsers import expat

from domain.files.model import Trouble, Unreadable

_CHUNK = 65_536
_DEEPEST = 50
_LONGEST_TEXT = 20_000
_ATTRIBUTES = 50
_PIECES = 1_000
_NAMES = 1_000
_ENDS_EARLY = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_NO_MEMORY = expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]


class Listener(Protocol):
    """Hears of elements by their local names, in lower case; `path` is those that are open."""

    path: list[str]

    def begin(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str, text: str) -> None: ...


def listen(data: bytes, listener: Listener) -> None:
    """Tell the listener of every element. Raises Unreadable: forbidden_markup, truncated, malformed_file."""
    parser = _parser(_Hearing(listener))
    try:
        for start in range(0, len(data), _CHUNK):
            parser.Parse(data[start : start + _CHUNK], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if error.code == _NO_MEMORY:
            raise MemoryError from error
        if error.code in _ENDS_EARLY:
            raise Unreadable(Trouble.TRUNCATED, "The file ends in the middle.") from error
        raise _malformed(expat.ErrorString(error.code)) from error
    except (ValueError, LookupError) as error:
        # An encoding that Python does not know, or that is not what it says.
        raise _malformed("its encoding cannot be read") from error


class _Hearing:
    """What the parser tells, within bounds, on its way to the listener."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._texts: list[list[str]] = []
        self._names: dict[str, str] = {}

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._texts) >= _DEEPEST or len(attributes) > _ATTRIBUTES:
            raise _malformed("too deep")
        if self._texts:
            self._texts[-1].clear()  # what is told is the text of elements without others in them
        self._texts.append([])
        local = self._names.get(name) or self._local(name)
        self._listener.begin(local, attributes)
        self._listener.path.append(local)

    def text(self, piece: str) -> None:
        if not self._texts:
            return
        pieces = self._texts[-1]
        if len(pieces) >= _PIECES:
            raise _malformed("a text without an end")
        pieces.append(piece[:_LONGEST_TEXT])

    def end(self, _: str) -> None:
        self._listener.end(self._listener.path.pop(), "".join(self._texts.pop()))

    def _local(self, name: str) -> str:
        # Prefixes differ from device to device; the names after them do not.
        if len(self._names) >= _NAMES:
            raise _malformed("too many names")
        local = self._names[name] = name.rpartition(":")[2].lower()
        return local


def _parser(hearing: _Hearing) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = hearing.begin
    parser.EndElementHandler = hearing.end
    parser.CharacterDataHandler = hearing.text
    # Any of these can be made to grow without bounds, or to read other files.
    parser.StartDoctypeDeclHandler = _forbid
    parser.EntityDeclHandler = _forbid
    parser.UnparsedEntityDeclHandler = _forbid
    parser.ExternalEntityRefHandler = _forbid
    return parser


def _forbid(*_: object) -> NoReturn:
    raise Unreadable(Trouble.FORBIDDEN_MARKUP, "A document type or an entity is in this file.")


def _malformed(what: str) -> Unreadable:
    return Unreadable(Trouble.MALFORMED, f"Not XML as it is written: {what}.")

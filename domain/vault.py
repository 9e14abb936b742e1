"""Personal values at rest: AES-256-GCM under a key a member, which is wrapped by the hub's master key.

The associated data names table, column and row, so a value cannot be moved to another place. Destroying a
member's key makes all of their sealed values unreadable, in old backups too if the keyring is kept apart.
"""

import hashlib
import hmac
import os
from collections import OrderedDict
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain import database

_NONCE = 12
_CACHED_KEYS = 10_000
_CHECK = b"pulsehub keyring"

_ADD_KEY = """
INSERT INTO keyring.member_key (member_id, wrapped) VALUES ($1, $2)
ON CONFLICT (member_id) DO NOTHING
"""
_KEY = "SELECT wrapped FROM keyring.member_key WHERE member_id = $1"
_CHECK_ROW = "SELECT sealed FROM keyring.master_check"
_ADD_CHECK = "INSERT INTO keyring.master_check (sealed) VALUES ($1) ON CONFLICT DO NOTHING"


class WrongKey(Exception):
    """The master key is not the one that this database was sealed with. The hub must not start."""


class Shredded(Exception):
    """The member's key is gone, and with it what it sealed."""


class Vault:
    """Seals and opens. Holds unwrapped keys of the members seen last in memory."""

    def __init__(self, master_key: bytes) -> None:
        assert len(master_key) == 32, "the master key has 32 bytes"
        self._master = AESGCM(_derive(master_key, b"wrap"))
        self._index_key = _derive(master_key, b"blind index")
        self._keys: OrderedDict[UUID, AESGCM] = OrderedDict()

    async def check(self) -> None:
        """Raises WrongKey unless this master key is the database's; the first one ever becomes it."""
        await database.execute(_ADD_CHECK, _seal(self._master, _CHECK, b"check"))
        sealed = await database.fetchval(_CHECK_ROW)
        try:
            _open(self._master, sealed, b"check")
        except InvalidTag as error:
            raise WrongKey("the master key does not fit this database") from error

    def blind_index(self, value: str) -> bytes:
        """The same 32 bytes for the same value, for looking up what is sealed. Case is folded."""
        return hmac.digest(self._index_key, value.strip().casefold().encode(), "sha256")

    async def seal(self, plain: bytes, *, owner: UUID, place: str, row: UUID) -> bytes:
        """`place` is `table.column`."""
        return _seal(await self._key(owner, create=True), plain, _associated(place, row))

    async def open(self, sealed: bytes, *, owner: UUID, place: str, row: UUID) -> bytes:
        """What `seal` was given for this very place. Raises Shredded if the owner's key is gone."""
        return _open(await self._key(owner, create=False), sealed, _associated(place, row))

    async def _key(self, owner: UUID, *, create: bool) -> AESGCM:
        if key := self._keys.get(owner):
            self._keys.move_to_end(owner)
            return key
        wrapped = await database.fetchval(_KEY, owner)
        if wrapped is None and create:
            fresh = _seal(self._master, AESGCM.generate_key(256), owner.bytes)
            await database.execute(_ADD_KEY, owner, fresh)
            # Perhaps somebody else was faster: theirs is the key then.
            wrapped = await database.fetchval(_KEY, owner)
        if wrapped is None:
            raise Shredded(str(owner))
        key = AESGCM(_open(self._master, wrapped, owner.bytes))
        if database.ENGINE.current_transaction.get() is None:
            # A key made in a transaction may be rolled back: it is remembered from the next use on.
            self._keys[owner] = key
            if len(self._keys) > _CACHED_KEYS:
                self._keys.popitem(last=False)
        return key


def _derive(master_key: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"pulsehub " + info).derive(master_key)


def _associated(place: str, row: UUID) -> bytes:
    return hashlib.sha256(place.encode() + b"\0" + row.bytes).digest()


def _seal(key: AESGCM, plain: bytes, associated: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + key.encrypt(nonce, plain, associated)


def _open(key: AESGCM, sealed: bytes, associated: bytes) -> bytes:
    return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], associated)

"""What one node holds: made at the start, closed at the end, handed to whoever names it."""

from msgspec import Struct

from domain.identity.passwords import Passwords
from domain.vault import Vault
from hub.boards.live import LiveBoards
from hub.importing import Importing
from hub.rate_limits import RateLimits
from hub.settings import Settings
from realtime.node import Node


class Services(Struct, frozen=True):
    settings: Settings
    vault: Vault
    passwords: Passwords
    limits: RateLimits
    importing: Importing
    node: Node
    boards: LiveBoards

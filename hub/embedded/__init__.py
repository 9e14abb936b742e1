"""A real PostgreSQL and a real Redis for one machine: nothing to install, no network port, one folder.

Both come as binaries inside Python wheels and listen on Unix sockets that only their owner may open. They
serve the first look and the tests; a site that matters names its own in `DATABASE_URL` and `REDIS_URL`.
"""

from hub.embedded.errors import EmbeddedServerError
from hub.embedded.place import Place, settle
from hub.embedded.postgres import PostgresServer
from hub.embedded.redis_server import RedisServer

__all__ = ["EmbeddedServerError", "Place", "PostgresServer", "RedisServer", "settle"]

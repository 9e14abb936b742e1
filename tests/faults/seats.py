"""Places of nodes, each with ways of its own to PostgreSQL and Redis."""

from pathlib import Path

from tests.faults.loss import Loss
from tests.support.hubs import HubProcess
from tests.support.proxies import Network


class Seat:
    """A node's place: its way to PostgreSQL, its way to Redis, and whichever process sits there now."""

    def __init__(self, number: int, postgres: Path, redis: Path) -> None:
        self.number = number
        self.loss = Loss(one_in=0)
        self.postgres = Network(postgres)
        self.redis = Network(redis, answers=self.loss.sieve)
        self.process: HubProcess | None = None
        self.at_first: dict[str, float] = {}
        """Its gauges before anybody came."""

    @property
    def is_open(self) -> bool:
        return self.process is not None and self.process.is_running

    @property
    def base_url(self) -> str:
        assert self.process is not None, "nobody sits here"
        return self.process.base_url

    @property
    def ws_url(self) -> str:
        assert self.process is not None, "nobody sits here"
        return self.process.ws_url

    def kill(self) -> None:
        assert self.process is not None, "nobody sits here"
        self.process.kill()

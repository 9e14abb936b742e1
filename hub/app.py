"""The composition root: everything is made here, and knows nothing of the others but what it is handed."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import msgspec
import structlog
from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ASGIApp
from uuid_utils.compat import uuid7

from domain import database
from domain.database import Hooks
from domain.identity.passwords import Passwords
from domain.vault import Vault
from hub import clock, contract, logs, metrics, problems
from hub.auth import authorise, provide_actor, provide_me
from hub.boards.live import LiveBoards
from hub.caretaker import jobs, mind
from hub.channels import KINDS, route
from hub.clients import client_address
from hub.demo import life
from hub.django_bridge import DjangoBridge
from hub.gateway import Gateway
from hub.home import HomeFeeds
from hub.importing import Importing
from hub.live_host import LiveHost
from hub.live_socket import LiveSocket
from hub.rate_limits import RateLimits
from hub.relay import Relay
from hub.routes import ROUTES
from hub.services import Services
from hub.settings import Settings, from_environment
from hub.static import browser_application
from realtime.bus_memory import MemoryBus
from realtime.bus_redis import RedisBus
from realtime.node import Node
from realtime.tasks import Tasks

log = structlog.get_logger()

BODY_BYTES = 1_000_000
_YOUNG_OBJECTS = 20_000


def create_app(settings: Settings | None = None) -> ASGIApp:
    """The whole hub as one ASGI application, for a server that runs it with `ws=PulseProtocol`."""
    settings = settings or from_environment()
    logs.configure(level=settings.log_level, as_json=settings.log_json)
    bridge = _bridge(settings)
    node_id = uuid7().hex[-12:]
    boards = LiveBoards(settings.redis_url, node_id=node_id)
    relay = Relay(also=bridge.tell if bridge else None, hint=boards.moved)
    vault = Vault(settings.master_key)
    node = Node(
        LiveHost(vault, boards),
        KINDS,
        RedisBus(settings.redis_url) if settings.redis_url else MemoryBus(),
        node_id=node_id,
        timepiece=clock.TIMEPIECE,
    )
    services = Services(
        settings=settings,
        vault=vault,
        passwords=Passwords(),
        limits=RateLimits(settings.redis_url),
        importing=Importing(vault),
        node=node,
        boards=boards,
    )
    litestar = Litestar(
        [*ROUTES, *browser_application(settings.web_dist)],
        dependencies=dependencies(services),
        guards=[authorise],
        exception_handlers=problems.HANDLERS,
        lifespan=[lambda _: _life(services, relay, bridge)],
        request_max_body_size=BODY_BYTES,
        openapi_config=None,
        logging_config=None,
        state=State({"settings": settings, "openapi": _openapi}),
    )
    return Gateway(litestar, LiveSocket(services), settings)


def dependencies(services: Services | None) -> dict[str, Provide]:
    """What a handler gets by naming it. Without services, for describing the routes only."""

    def provide_client(request: Request[Any, Any, Any]) -> str:
        assert services is not None, "a handler runs in an application"
        return client_address(request.scope, services.settings.trusted_proxies)

    return {
        "me": Provide(provide_me, sync_to_thread=False),
        "actor": Provide(provide_actor, sync_to_thread=False),
        "now": Provide(clock.now, sync_to_thread=False),
        "client": Provide(provide_client, sync_to_thread=False),
        "services": Provide(lambda: services, sync_to_thread=False),
    }


@asynccontextmanager
async def _life(services: Services, relay: Relay, bridge: DjangoBridge | None) -> AsyncIterator[None]:
    """From the first connection to the last."""
    settings, node = services.settings, services.node
    await database.open_database(settings.database_url, hooks=Hooks(route=route, announce=relay.announce))
    try:
        await services.vault.check()
        home = HomeFeeds(node)
        await node.start()
        shown = metrics.served(settings.metrics_host, settings.metrics_port, node.metrics.registry)
        services.boards.start(node)
        tasks = Tasks()
        tasks.start(relay.run(node), "relay")
        tasks.start(home.run(), "home feeds")
        tasks.start(metrics.measure_lag(), "loop lag")
        services.importing.start(tasks)
        for job in jobs(services.vault):
            tasks.start(mind(job), job.name)
        if settings.demo:
            tasks.start(life.run(node=node, vault=services.vault), "demo")
        if bridge is not None:
            bridge.start(tasks, node)
        _collect_seldom()
        log.info("node started", node=node.node_id)
        try:
            with shown:
                yield
        finally:
            # First the work, so that nothing is published by a node that has stopped.
            await tasks.stop()
            await services.boards.close()
            await node.stop()
            if bridge is not None:
                await bridge.close()
        await relay.drain()
    finally:
        services.passwords.close()
        await services.limits.close()
        await database.close_database()


def _collect_seldom() -> None:
    """What is loaded by now stays: it is not looked at again. Of what is made from here on, little is in
    cycles, and looking for them after every 700 objects would cost a busy node a tenth of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 20, 10)


def _bridge(settings: Settings) -> DjangoBridge | None:
    if not settings.django_kinds or not settings.redis_url:
        return None
    return DjangoBridge(settings.redis_url, settings.django_kinds)


@cache
def _openapi() -> bytes:
    return msgspec.json.encode(contract.document(dependencies(None)))

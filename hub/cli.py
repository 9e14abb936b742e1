"""`pulsehub`: the hub on the command line."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import uvicorn

from domain.database import DatabaseAway
from domain.vault import WrongKey
from hub import preflight
from hub.migrate import MigrationFailed, migrate
from hub.settings import MissingSetting, from_environment
from hub.version import VERSION
from realtime.protocol import PulseProtocol
from realtime.streams import PulseHttp

_ENDS_WELL = (MissingSetting, MigrationFailed, WrongKey)


def main() -> None:
    """Run the command; what an operator can mend is one sentence and exit code 1."""
    arguments = _parser().parse_args()
    command: Callable[[argparse.Namespace], None] = arguments.run
    try:
        command(arguments)
    except DatabaseAway as error:
        sys.exit(f"pulsehub: The database does not answer ({error}). Is DATABASE_URL right?")
    except _ENDS_WELL as error:
        sys.exit(f"pulsehub: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("pulsehub", description="A real-time hub for people who train together.")
    parser.add_argument("--version", action="version", version=f"pulsehub {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="answer on HTTP and WebSocket")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=1)
    serve.set_defaults(run=_serve)

    commands.add_parser("migrate", help="bring the database to this version").set_defaults(run=_migrate)
    commands.add_parser("demo", help="fill an empty hub with a community").set_defaults(run=_demo)

    openapi = commands.add_parser("openapi", help="print the API's document")
    openapi.set_defaults(run=_openapi)

    watch = commands.add_parser("watch", help="show a live channel as it moves")
    watch.add_argument("channel", help="as board:0191...")
    watch.add_argument("--url", action="append", help="may be repeated; http://localhost:8000 if left out")
    watch.add_argument("--json", action="store_true", help="one JSON line a frame")
    watch.add_argument(
        "--token-file", type=Path, help="a file with a personal access token; else $PULSE_TOKEN"
    )
    watch.set_defaults(run=_watch)

    token = commands.add_parser("token", help="make a personal access token for a member")
    token.add_argument("handle")
    token.add_argument("--name", default="made on the command line")
    token.add_argument("--scope", action="append", required=True, help="as logs:write; may be repeated")
    token.set_defaults(run=_token)

    rebuild = commands.add_parser("rebuild", help="make anew what Redis holds, from PostgreSQL")
    rebuild.add_argument("what", choices=["boards"])
    rebuild.add_argument("id", nargs="?", type=UUID, help="of one challenge; else all that are ranked")
    rebuild.set_defaults(run=_rebuild)
    return parser


def _serve(arguments: argparse.Namespace) -> None:
    asyncio.run(preflight.check(from_environment()))
    uvicorn.run(
        "hub.app:create_app",
        factory=True,
        host=arguments.host,
        port=arguments.port,
        workers=arguments.workers,
        loop="uvloop",
        http=PulseHttp,
        ws=PulseProtocol,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=30,
    )


def _migrate(_: argparse.Namespace) -> None:
    asyncio.run(migrate(from_environment().database_url))


def _demo(_: argparse.Namespace) -> None:
    from hub.demo import seed  # only this command pays for what makes up people

    asyncio.run(seed.run(from_environment()))


def _openapi(_: argparse.Namespace) -> None:
    from hub import app, contract

    json.dump(contract.document(app.dependencies(None)), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


def _watch(arguments: argparse.Namespace) -> None:
    from hub import watch  # only this command pays for the client

    file: Path | None = arguments.token_file
    token = file.read_text().strip() if file else os.environ.get("PULSE_TOKEN")
    if not token:
        raise MissingSetting("Give a token: PULSE_TOKEN, or --token-file. `pulsehub token` makes one.")
    urls = arguments.url or ["http://localhost:8000"]
    try:
        watch.run(urls, arguments.channel, token=token, as_json=arguments.json)
    except watch.WatchEnded as ended:
        sys.exit(f"pulsehub: {ended}")


def _token(arguments: argparse.Namespace) -> None:
    from hub.tokens import make

    print(asyncio.run(make(from_environment(), arguments.handle, arguments.name, arguments.scope)))


def _rebuild(arguments: argparse.Namespace) -> None:
    from hub.boards import rebuild

    try:
        print(rebuild.shown(asyncio.run(rebuild.rebuild(from_environment(), arguments.id))))
    except rebuild.NotRebuilt as error:
        sys.exit(f"pulsehub: {error}")


if __name__ == "__main__":
    main()

"""`./pulse bench NAME [--json FILE]`: measures the real product with real servers on this machine."""

import argparse
import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench import api, board, fanout, idle, machine, reconnect, resume, rooms

BENCHES: dict[str, Callable[..., Coroutine[Any, Any, dict[str, Any]]]] = {
    "api": api.run,
    "board": board.run,
    "fanout": fanout.run,
    "rooms": rooms.run,
    "idle": idle.run,
    "reconnect": reconnect.run,
    "resume": resume.run,
}


def main() -> None:
    parser = argparse.ArgumentParser("./pulse bench", description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHES), nargs="?", default="api")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each round lasts")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[],
        help="instead of the usual: subscribers (fanout), rooms (rooms), clients (idle, reconnect, resume), "
        "or members and watchers (board)",
    )  # fmt: skip
    parser.add_argument(
        "--rows", nargs="+", choices=board.ROWS, default=board.ROWS, help="of board: these only"
    )
    arguments = parser.parse_args()
    about = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine.description()}
    options = {"seconds": arguments.seconds, "rounds": arguments.rounds}
    if arguments.name != "api":
        options["sizes"] = arguments.sizes
    if arguments.name == "board":
        options["rows"] = arguments.rows
    figures = asyncio.run(BENCHES[arguments.name](**options)) | options | about
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()

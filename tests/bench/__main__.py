"""`./pulse bench NAME [--json FILE]`: measures the real product with real servers on this machine."""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from tests.bench import api

BENCHES = {"api": api.run}


def main() -> None:
    parser = argparse.ArgumentParser("./pulse bench", description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHES), nargs="?", default="api")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each round lasts")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    figures = asyncio.run(BENCHES[arguments.name](seconds=arguments.seconds, rounds=arguments.rounds))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")
    sys.exit(0)


if __name__ == "__main__":
    main()

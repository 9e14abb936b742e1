"""A hub node for these tests: `python -m tests.faults.node --port N`, otherwise as `hub.cli serve`."""

import sys
from typing import Any

import uvicorn

from hub import cli


def main() -> None:
    """The product's own command line, but for the application that it serves."""
    serve = uvicorn.run

    def serve_behind_the_door(_: str, **options: Any) -> None:
        serve("tests.faults.door:create_app", **options)

    uvicorn.run = serve_behind_the_door  # type: ignore[assignment]
    sys.argv = ["pulsehub", "serve", *sys.argv[1:]]
    cli.main()


if __name__ == "__main__":
    main()

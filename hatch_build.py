"""Ships the built browser application inside the wheel, as `hub/web_dist`."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebBuildHook(BuildHookInterface[Any]):
    """A wheel without the browser application would start and show nobody anything, so there is none."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # runs from the checkout, where hub finds web/dist by itself
            return
        built = Path(self.root) / "web" / "dist"
        if not (built / "index.html").is_file():
            raise SystemExit("web/dist is not built: run `npm ci && npm run build` in web/ first.")
        build_data["force_include"][str(built)] = "hub/web_dist"

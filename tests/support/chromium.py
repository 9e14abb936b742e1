"""Where this system keeps its Chromium."""

import os
import shutil

_NAMES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The browser that PULSE_CHROMIUM names, else the system's; None where there is none."""
    named = os.environ.get("PULSE_CHROMIUM")
    paths = (shutil.which(name) for name in ([named] if named else _NAMES))
    return next((path for path in paths if path is not None), None)


def path() -> str:
    found = find()
    assert found is not None, "no Chromium here: install one, or name it in PULSE_CHROMIUM"
    return found

"""Fixtures for every test: real servers, real processes, a real browser. The code is in `tests/support`."""

pytest_plugins = [
    "tests.support.databases",
    "tests.support.redises",
    "tests.support.hubs",
    "tests.support.browsers",
    "tests.support.domains",
    "tests.support.apis",
]

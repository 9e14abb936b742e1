"""The document says what the hub does, in names that people can read."""

import re
from typing import Any

import msgspec
import pytest

from domain.events import AnyEvent
from hub import app, contract
from realtime.frames import AnyClientFrame, AnyServerFrame


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return contract.document(app.dependencies(None))


def test_the_document_is_the_same_each_time(document: dict[str, Any]) -> None:
    again = contract.document(app.dependencies(None))
    assert msgspec.json.encode(again) == msgspec.json.encode(document)


def test_every_schema_has_a_plain_name_and_every_reference_a_target(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert [name for name in schemas if not re.fullmatch(r"\w+", name)] == []
    text = msgspec.json.encode(document).decode()
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert named - set(schemas) == set()


def test_every_frame_and_every_event_is_in_it(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for name, union in (
        ("AnyClientFrame", AnyClientFrame),
        ("AnyServerFrame", AnyServerFrame),
        ("AnyEvent", AnyEvent),
    ):
        described = {one["$ref"].rpartition("/")[2] for one in schemas[name]["anyOf"]}
        assert described == {one.__name__ for one in union.__args__}


def test_every_operation_says_that_it_refuses_with_a_problem(document: dict[str, Any]) -> None:
    for operations in document["paths"].values():
        for operation in operations.values():
            refusal = operation["responses"]["default"]["content"]["application/problem+json"]
            assert refusal["schema"]["$ref"].endswith("/Problem")
            assert operation.get("description"), operation["operationId"]

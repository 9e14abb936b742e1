"""Files become workouts: uploads, reports, undoing; and what a workout's page shows of its streams."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from limits import parse
from litestar import Request, Response, delete, get, post
from litestar.datastructures import UploadFile
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat
from litestar.params import Parameter
from litestar.response import Stream
from uuid_utils.compat import uuid7

from domain.files import actions, bundle, queries, workout_data
from domain.files.actions import Upload
from domain.files.errors import UploadMissing
from domain.files.model import FILE_BYTES
from domain.files.report import Import, ImportedFile
from domain.files.workout_data import Streams, WorkoutAnalysis
from domain.identity.model import Actor
from domain.pages import Page
from domain.visibility import Visibility
from hub.policy import Permission, needs, reader_with
from hub.routes.paging import Cursor, Limit
from hub.services import Services

IMPORTS_A_MEMBER = parse("300 per 5 minutes")
_FORM_BYTES = 10_000
"""What a form takes besides the file in it."""


@dataclass
class _Upload(Operation):
    """What the contract says of a body that no struct describes."""

    def __post_init__(self) -> None:
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        form = Schema(type=OpenAPIType.OBJECT, properties={"file": file}, required=["file"])
        self.request_body = RequestBody(
            {
                "application/octet-stream": OpenAPIMediaType(schema=file),
                "multipart/form-data": OpenAPIMediaType(schema=form),
            },
            description="The file itself, or a form with one file in it: at most 25 MB.",
            required=True,
        )


@post(
    "/api/imports",
    request_max_body_size=FILE_BYTES + _FORM_BYTES,
    operation_class=_Upload,
    responses={
        200: ResponseSpec(Import, description="The same bytes came before", generate_examples=False),
        202: ResponseSpec(Import, description="There is work left", generate_examples=False),
    },
    opt=needs(Permission.LOGS_WRITE),
)
async def import_file(
    request: Request[Any, Any, Any],
    me: Actor,
    now: datetime,
    services: Services,
    filename: Annotated[str | None, Parameter(max_length=1_000, description="of a raw body")] = None,
    tz: Annotated[str | None, Parameter(max_length=64, description="an IANA name; else my own")] = None,
    visibility: Annotated[Visibility | None, Parameter(description="else as I prefer")] = None,
) -> Response[Import]:
    """Upload a file or a bundle of them: as the body, or as the file of a form.

    201 with the report; 202 while there is work left: ask for the import again. The same bytes answer 200
    with the import that there is.
    """
    await services.limits.count(IMPORTS_A_MEMBER, "imports", str(me.member_id))
    name, content = await _uploaded(request, filename)
    upload = Upload(name, content, tz=tz, visibility=visibility)
    received = await actions.receive(
        upload, import_id=uuid7(), member_id=me.member_id, now=now, vault=services.vault
    )
    is_settled = await services.importing.settle(received.import_id)
    report = await queries.get_import(received.import_id, member_id=me.member_id)
    status = 202 if not is_settled else 201 if received.created else 200
    return Response(report, status_code=status, headers={"Location": f"/api/imports/{report.id}"})


@get("/api/imports", opt=needs(Permission.LOGS_READ))
async def list_imports(me: Actor, cursor: Cursor = None, limit: Limit = 20) -> Page[Import]:
    """My imports, newest first, without their files."""
    return await queries.list_imports(member_id=me.member_id, cursor=cursor, limit=limit)


@get("/api/imports/{import_id:uuid}", opt=needs(Permission.LOGS_READ))
async def get_import(import_id: UUID, me: Actor) -> Import:
    """How far an import is, and what became of its files."""
    return await queries.get_import(import_id, member_id=me.member_id)


@get("/api/imports/{import_id:uuid}/files", opt=needs(Permission.LOGS_READ))
async def list_import_files(
    import_id: UUID,
    me: Actor,
    after: Annotated[int, Parameter(ge=-1, le=1_000_000, description="the last position before")] = -1,
    limit: Limit = 100,
) -> list[ImportedFile]:
    """The files of an import, in order, from behind a position."""
    return await queries.list_files(import_id, member_id=me.member_id, after=after, limit=limit)


@get(
    "/api/imports/{import_id:uuid}/original",
    media_type="application/octet-stream",
    opt=needs(Permission.LOGS_READ),
)
async def get_original(
    import_id: UUID,
    me: Actor,
    services: Services,
    position: Annotated[int, Parameter(ge=0, le=1_000_000, description="of the file in its bundle")] = 0,
) -> Stream:
    """A file as I uploaded it, to the byte."""
    found = await queries.get_original(import_id, position, member_id=me.member_id, vault=services.vault)
    name = quote(found.name.rpartition("/")[2])
    return Stream(
        bundle.pieces(found.packed),
        media_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


@delete("/api/imports/{import_id:uuid}", status_code=200, opt=needs(Permission.LOGS_WRITE))
async def undo_import(import_id: UUID, me: Actor, services: Services) -> Import:
    """Undo an import: the workouts that it made go, and its files. Its report says when that is done."""
    await actions.undo(import_id, member_id=me.member_id)
    await services.importing.settle(import_id)
    return await queries.get_import(import_id, member_id=me.member_id)


@get("/api/workouts/{workout_id:uuid}/streams", opt=needs(Permission.PUBLIC))
async def get_streams(
    workout_id: UUID,
    actor: Actor | None,
    services: Services,
    points: Annotated[int, Parameter(ge=2, le=5_000, description="how many at most, about")] = 500,
) -> Streams:
    """A workout's streams, thinned, for those who see the workout. Places are its author's alone."""
    reader = reader_with(actor, Permission.LOGS_READ)
    return await workout_data.get_streams(workout_id, reader=reader, points=points, vault=services.vault)


@get("/api/workouts/{workout_id:uuid}/analysis", opt=needs(Permission.PUBLIC))
async def get_analysis(
    workout_id: UUID,
    actor: Actor | None,
    services: Services,
    hr_max_bpm: Annotated[
        int | None, Parameter(ge=100, le=260, description="for zones; else the highest of the year before")
    ] = None,
) -> WorkoutAnalysis:
    """A workout's laps, splits, best efforts and power, for those who see it; and to its author, zones."""
    reader = reader_with(actor, Permission.LOGS_READ)
    return await workout_data.get_analysis(
        workout_id, reader=reader, hr_max_bpm=hr_max_bpm, vault=services.vault
    )


async def _uploaded(request: Request[Any, Any, Any], filename: str | None) -> tuple[str, bytes]:
    """The one file of a form, else the body. Raises UploadMissing."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return filename or "upload", await request.body()
    form = await request.form()
    try:
        files = [value for value in form.values() if isinstance(value, UploadFile)]
        if len(files) != 1:
            raise UploadMissing("Send one file in the form; a bundle of many is a .zip.")
        return filename or files[0].filename or "upload", await files[0].read()
    finally:
        await form.close()


ROUTES = [
    import_file,
    list_imports,
    get_import,
    list_import_files,
    get_original,
    undo_import,
    get_streams,
    get_analysis,
]

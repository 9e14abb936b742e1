"""The query parameters of lists."""

from typing import Annotated

from litestar.params import Parameter

Cursor = Annotated[str | None, Parameter(max_length=200, description="`next_cursor` of the page before")]
Limit = Annotated[int, Parameter(ge=1, le=100, description="how many items at most")]

"""The preview over HTTP: what a browser asks for, and what it is told."""

from __future__ import annotations

import asyncio
import time
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec
from starlette.applications import Starlette
from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from sitegen.serve.dashboard import dashboard
from sitegen.serve.desk import LISTS, Tab
from sitegen.serve.files import Answer
from sitegen.serve.hosts import OnlyExpected
from sitegen.serve.script import LISTENER, SCRIPT, Script
from sitegen.serve.trouble import described, problem_page
from sitegen.urls import quoted
from sitegen.zones import zone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from sitegen.serve.desk import Desk
    from sitegen.serve.editors import Editor
    from sitegen.serve.preview import Preview
    from sitegen.serve.service import Service

_PAGE: Final = "index.html"
_HTML: Final = "text/html; charset=utf-8"
_XML: Final = ("application/xml", "application/rss+xml", "application/atom+xml")
_BREATH: Final = 15.0  # seconds after which a silent stream shows that it is alive
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",  # no other site may show a story that is not out
    "Referrer-Policy": "same-origin",
}
_REVALIDATED: Final = {"Cache-Control": "no-cache"}
_FOREVER: Final = {"Cache-Control": "max-age=31536000, immutable"}


class App:
    """The preview as an ASGI application, for those who ask for one of *names*."""

    def __init__(self, service: Service, editor: Editor, names: frozenset[str]) -> None:
        """Answer with what *service* does."""
        self._service = service
        self._editor = editor
        self._script = Script()
        routes = [Route("/{path:path}", self._respond, methods=["GET"])]  # and HEAD, which Starlette adds
        self.asgi: ASGIApp = OnlyExpected(Starlette(routes=routes), names)

    async def _respond(self, request: Request) -> Response:
        try:
            return await self._response(request)
        except asyncio.CancelledError:
            if not self._service.is_ending:
                raise
            return Response("The preview has ended.\n", 503, headers=_HEADERS)

    async def _response(self, request: Request) -> Response:
        asked = time.monotonic()
        try:
            as_of = await self._moment(request.query_params.get("now", ""))
        except (ValueError, OverflowError):
            return Response("now= is not a moment: write 2026-06-15T12:00Z\n", 400, headers=_HEADERS)
        path = request.scope["path"]
        if path.endswith(LISTS + SCRIPT):
            kept = _FOREVER if request.url.query == self._script.version else _REVALIDATED
            return Response(self._script.data, media_type="text/javascript", headers=_HEADERS | kept)
        if path.endswith(LISTS + LISTENER):
            return Response(self._script.listener, media_type="text/javascript", headers=_HEADERS | _REVALIDATED)
        if path.endswith(LISTS + "events"):
            return self._events(request, as_of)
        base, answer = await self._service.ask(lambda preview, desk: self._found(preview, desk, path, as_of, asked))
        return self._sent(request, answer, base)

    async def _moment(self, text: str) -> datetime | None:
        """The moment that ``?now=`` asks for, in the site's zone if it names none.

        Raises ValueError for what is none, or is none in every zone; OverflowError where it is none in UTC.
        """
        if not text:
            return None
        day, mark, time_of_day = text.partition("T")
        moment = datetime.fromisoformat(day + mark + time_of_day.replace(" ", "+"))  # a plus that was not encoded
        if not MINYEAR < moment.year < MAXYEAR:
            raise ValueError(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone(await self._service.ask(lambda preview, _: preview.zone())))
        return moment.astimezone(UTC)

    def _found(
        self, preview: Preview, desk: Desk, path: str, as_of: datetime | None, asked: float
    ) -> tuple[str, Answer]:
        """The path below which the site is, and what there is at *path*."""
        preview.look(asked)
        base = preview.base()
        if path != base and not path.startswith(base + "/"):
            return base, Answer(url=path, status=302, moved="/")
        url = path.removeprefix(base) or "/"
        if url + "/" == LISTS:
            return base, Answer(url=url, status=302, moved=LISTS)
        answer = self._lists(preview, desk, as_of) if url == LISTS else desk.open(url, as_of, asked)
        if answer.digest or answer.moved:
            return base, answer
        return base, Answer(url=answer.url, status=500, data=self._problems(preview, answer), file=_PAGE)

    def _sent(self, request: Request, answer: Answer, base: str) -> Response:
        """*answer* as a response."""
        if answer.moved:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(quoted(base + answer.moved) + query, 302, headers=_HEADERS)
        if answer.is_page:
            return self._page(answer, base)
        media_type = answer.media_type
        headers = _HEADERS | _REVALIDATED | {"ETag": f'"{answer.digest}"'}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        if media_type in _XML:  # so that a browser shows it, not saves it
            media_type = "text/xml"
        if answer.source:
            return FileResponse(answer.source, media_type=media_type, headers=headers)
        return Response(answer.data, media_type=media_type, headers=headers)

    def _page(self, answer: Answer, base: str) -> Response:
        """The page of *answer*, with the one element that the preview adds."""
        data = self._script.added(answer.data, base, answer.url, answer.digest)
        headers = _HEADERS | {"Cache-Control": "no-store"}  # also for the back button
        return Response(data, answer.status, media_type=_HTML, headers=headers)

    def _problems(self, preview: Preview, answer: Answer) -> bytes:
        shown = preview.at(None)
        read = shown.edition.snapshot.read
        problems = dict.fromkeys((*answer.problems, *shown.problems))
        found = [described(problem, read, self._editor) for problem in problems]
        return problem_page(found, "This page cannot be made")

    def _lists(self, preview: Preview, desk: Desk, as_of: datetime | None) -> Answer:
        shown = preview.at(as_of)
        read = shown.edition.snapshot.read
        problems = [described(problem, read, self._editor) for problem in preview.all_problems(as_of)]
        page = dashboard(shown.edition, problems, preview.touched(), as_of or preview.moment, self._editor)
        return Answer(url=LISTS, data=page, digest=desk.digest_of_lists(), file=_PAGE)

    def _events(self, request: Request, as_of: datetime | None) -> Response:
        """The stream of messages to one open page: server-sent events, as the HTML standard has them (§9.2)."""
        known = request.query_params
        heard = known.get("revision", "")
        revision = int(heard) if heard.isascii() and heard.isdigit() else self._service.revision
        tab = Tab(url=known.get("page", "/"), digest=known.get("digest", ""), as_of=as_of, revision=revision)
        headers = _HEADERS | {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._stream(tab), media_type="text/event-stream", headers=headers)

    async def _stream(self, tab: Tab) -> AsyncIterator[bytes]:
        async for message in self._service.messages(tab, _BREATH):
            if message is None:
                yield b": still here\n\n"
            else:
                yield b"data: %b\n\n" % msgspec.json.encode(message)

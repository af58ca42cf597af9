"""A crawler that is not ours, on a site that is published nowhere yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from usp.web_client.abstract_client import AbstractWebClient, LocalWebClientSuccessResponse, WebClientErrorResponse

if TYPE_CHECKING:
    from usp.web_client.abstract_client import AbstractWebClientResponse

    from support.published import Published


class Files(AbstractWebClient):
    """The host that a site is for: its files, at their addresses."""

    def __init__(self, published: Published) -> None:
        """Answer with the files of *published*."""
        self._published = published

    def set_max_response_data_length(self, max_response_data_length: int | None) -> None:
        """Nothing of ours is too long."""

    def get(self, url: str) -> AbstractWebClientResponse:
        """The file at *url*."""
        path = self._published.file(url)
        if path is None:
            return WebClientErrorResponse("there is no such file", retryable=False)
        return LocalWebClientSuccessResponse(url, path.read_text(encoding="utf-8"))

"""The microsite of this repository, built once, for tools that are not ours to judge."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from support import kinds
from support.published import Published, built
from support.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

NOW = "2027-01-01T00:00:00Z"
"""A moment at which all of the microsite's stories are out."""


CODE = """\
---
title: How the numbers were counted
published: 2021-10-27 09:00
authors: [desk]
section: figures
tags: [Statistics]
---
```python
print(sum(cases for month, cases in counted))  # as published
```
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, and keep it on one worker, so that one build and one browser do."""
    for item in items:
        if "conformance" in item.path.parts:
            item.add_marker(pytest.mark.conformance)
            item.add_marker(pytest.mark.xdist_group("conformance"))


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the microsite's sources, with what it has no use for: older pages of lists, and code in a story."""
    site = tmp_path_factory.mktemp("microsite")
    for name in ("content", "layouts", "static"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, site / name)
    configuration = (ROOT / "site.yaml").read_text(encoding="utf-8")
    (site / "site.yaml").write_text(re.sub("(?m)^paginate:.*$", "paginate: 2", configuration), encoding="utf-8")
    (site / "content" / "code.md").write_text(CODE, encoding="utf-8")
    return site


@pytest.fixture(scope="session")
def published(sources: Path) -> Published:
    """The microsite as it is."""
    configuration = (sources / "site.yaml").read_text(encoding="utf-8")
    found = re.search(r"^url: *[\"']?(\S+?)/?[\"']?$", configuration, re.MULTILINE)
    assert found
    return built(sources, sources / "public", found[1], NOW)


@pytest.fixture(scope="session")
def published_below(sources: Path) -> Published:
    """The microsite as it is where it lives below a path."""
    return built(sources, sources.parent / "below", "https://paper.example/ferry", NOW)


@pytest.fixture(scope="session")
def published_kinds(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A site with all that stories can be and say."""
    site = tmp_path_factory.mktemp("kinds") / "site"
    kinds.write(site)
    return built(site, site / "public", kinds.URL, kinds.NOW)

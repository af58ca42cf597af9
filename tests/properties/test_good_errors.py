"""Whatever slips into a file, an editor is told where and what to do: never a traceback, never a wrong line.

`SITEGEN_LONG=1` makes it long.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.building import built
from support.forked import Builder
from support.newsroom import PICTURE

if TYPE_CHECKING:
    from collections.abc import Callable

LONG: Final = bool(os.environ.get("SITEGEN_LONG"))
if LONG:
    pytestmark = pytest.mark.long

NEAR: Final = 0.95
"""The share of errors that are told at the line that was damaged, or next to it."""

STORY: Final = """\
---
title: Ferry returns to the pier
summary: "The first boat: after three years."
published: 2026-06-10 08:00
updated: 2026-06-11 09:30
authors: [ana, Bo Li]
section: news
tags: [harbor, "Busan, Korea", 2026]
image:
  src: pier.png
  alt: The pier at dawn
  caption: Dawn
corrections:
  - date: 2026-06-12
    text: It was three years, not two.
aliases: [/old/ferry/]
kind: feature
---

The first *boat* left the [pier](about-pier.md) at **dawn**.

## What changed

- Tickets are "cheaper"
- See [the other story](about-pier.md#the-early-years)

![The pier](pier.png)

::: factbox The ferry
It carries 300 people.[^1]
:::

| Day | Boats |
|-----|-------|
| Mon | 3     |

```python
print("tide")
```

[^1]: As of June.
"""
SITE: Final = """\
title: Harbor Wire
url: https://harborwire.example
timezone: Asia/Seoul
lang: en
sections:
  - id: news
    title: News
  - sport
paginate: 10
publisher:
  name: "Harbor Wire: the company"
  policies:
    ethics: https://harborwire.example/2026/06/about-the-pier/
dates:
  style: medium
"""
AUTHORS: Final = """\
ana:
  name: Ana Ruiz
  email: ana@harborwire.example
  bio: |
    Ana covers the *harbor*.
cy:
  name: "Cy Oh"
  links: [{name: Blog, url: https://cy.example}]
"""
LAYOUT: Final = """\
{% extends "theme/article.html" %}
{% block main %}
{{ super() }}
{% if article.tags %}
<p>{{ article.tags|length }} tags, {{ site.title|upper }}</p>
{% endif %}
{% for story in site.latest(3) %}
<p><a href="{{ url(story.url) }}">{{ story.title }}</a></p>
{% endfor %}
{% endblock %}
"""
OTHER: Final = "---\ntitle: About the pier\npublished: 2026-06-01\n---\n\n## The early years\n\nOld.\n"
FILES: Final = {
    "content/ferry.md": STORY,
    "site.yaml": SITE,
    "content/authors.yaml": AUTHORS,
    "layouts/article.html": LAYOUT,
    "content/about-pier.md": OTHER,
}
PROBLEM: Final = re.compile(r"(?P<path>[\w./-]+)(?::(?P<line>\d+))?(?::\d+)?: (?:error|warning): (?P<what>\S.*)")
BYTES: Final = st.sampled_from([bytes([byte]) for byte in b"\"'#:,[]{}()-*`|>&!%@\\\t\n\r\0 x0\xff\xc3"])


@st.composite
def damages(draw: st.DrawFn) -> tuple[str, bytes, range]:
    """A file, what it holds after one slip, and the lines of the slip."""
    path = draw(st.sampled_from([*FILES, *["content/ferry.md"] * 3]))
    data = FILES[path].encode()
    lines = data.splitlines(keepends=True)
    if draw(st.booleans()):
        at = draw(st.integers(0, len(data) - 2))
        byte, line = draw(BYTES), data.count(b"\n", 0, at) + 1
        slips = [
            data[:at] + data[at + 1 :],
            data[:at] + byte + data[at:],
            data[:at] + data[at + 1 : at + 2] + data[at : at + 1] + data[at + 2 :],
        ]
        broken = b"\n" in byte + data[at : at + 2]
        return path, draw(st.sampled_from(slips)), range(line, line + 1 + broken)
    at = draw(st.integers(0, len(lines) - 2))
    moved = [
        [*lines[:at], *lines[at + 1 :]],
        [*lines[:at], draw(st.sampled_from(lines)), *lines[at:]],
        [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]],
    ]
    return path, b"".join(draw(st.sampled_from(moved))), range(at + 1, at + 3)


def site(root: Path) -> Path:
    """The site of all files, at *root*."""
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    (root / "content/pier.png").write_bytes(PICTURE)
    return root


def far(path: str, lines: range, told: tuple[str, ...]) -> bool:
    """Whether all of *told* leads away from *lines* of *path*.

    Near is a message there or at the next line; one that names such a line as what it clashes with; one that names the
    file as what it is missing from; and one where something opens that is never closed.
    """
    near = set(range(lines.start - 1, lines.stop + 1))
    for found in filter(None, map(PROBLEM.match, told)):
        line, what = int(found["line"] or 1), found["what"]
        clashes = map(int, re.findall(r"\blines (\d+) and \d+", what))
        opened = "never closed" in what and line < lines.start
        if (opened or near & {line, *clashes}) if found["path"] == path else path in what:
            return False
    return True


def test_one_slip_is_told_where_it_is() -> None:
    """Of one damaged byte or line: no traceback, a place and a mend in each message, and the place is right."""
    errors: list[tuple[str, range, tuple[str, ...]]] = []
    count = 3000 if LONG else 90

    @settings(
        max_examples=count, deadline=None, derandomize=not LONG, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(damages())
    def damaged(damage: tuple[str, bytes, range]) -> None:
        path, data, lines = damage
        with tempfile.TemporaryDirectory() as folder:
            root = site(Path(folder) / "site")
            (root / path).write_bytes(data)
            outcome = built(root, cache=False, output=Path(folder) / "out")
            assert outcome.status in (0, 1), outcome
            assert [] == [text for text in outcome.told if not PROBLEM.fullmatch(text)]
            places = {found["path"] for text in outcome.told if (found := PROBLEM.match(text))}
            assert set() == {place for place in places if not (root / place).exists()}
            if outcome.status:
                assert (Path(folder) / "out").exists() is False
                errors.append((path, lines, outcome.told))

    damaged()
    astray = [error for error in errors if far(*error)]
    assert len(astray) <= (1 - NEAR) * len(errors), f"{len(astray)} of {len(errors)}: " + "\n".join(map(str, astray))


BROKEN: Final[dict[str, Callable[[str], str]]] = {
    "content/ferry.md": lambda text: text.replace("summary: ", "sumary: ").replace("about-pier.md)", "gone.md)"),
    "content/about-pier.md": lambda text: text.replace("published: 2026-06-01", "published: soon"),
    "content/authors.yaml": lambda text: text.replace("name: Ana", "nmae: Ana"),
    "layouts/article.html": lambda text: text.replace("{% endfor %}", "{% endfro %}"),
}


def test_all_errors_of_a_run_are_told_in_one_order(tmp_path: Path) -> None:
    """Every process tells all of them, sorted by place; as JSON the same, in fields."""
    root = site(tmp_path / "site")
    for path, breaks in BROKEN.items():
        (root / path).write_text(breaks(FILES[path]), encoding="utf-8")
    logs = []
    for number in range(2):
        with Builder() as builder:  # each has a hash seed of its own
            text = builder.build(root, tmp_path / f"out{number}", "2026-06-15T12:00:00Z", "--no-cache")
            document = builder.build(root, tmp_path / f"out{number}", "2026-06-15T12:00:00Z", "--no-cache", "--json")
        assert (1, 1) == (text.code, document.code)
        assert ([], []) == (text.trespasses, document.trespasses)
        logs.append((text.log, document.log))
    assert logs[0] == logs[1]

    told = [line for line in logs[0][0].splitlines() if PROBLEM.fullmatch(line)]
    found = json.loads(logs[0][1])
    assert found["ok"] is False
    fields = [
        f"{p['path']}:{p['line']}:{p['column']}: {p['severity']}: {p['what']}" + (f"; {p['fix']}" if p["fix"] else "")
        for p in found["problems"]
    ]
    assert [re.sub(r"^([^ ]*?)(?::0)+: ", r"\1: ", line) for line in fields] == told
    assert sorted((p["path"], p["line"], p["column"]) for p in found["problems"]) == [
        (p["path"], p["line"], p["column"]) for p in found["problems"]
    ]
    assert {"content/ferry.md", "content/about-pier.md", "content/authors.yaml"} <= {
        p["path"] for p in found["problems"]
    }


def test_a_damaged_site_is_whole_again_when_mended(tmp_path: Path) -> None:
    """The errors of one build leave nothing in the next: neither in the output, nor in what is told."""
    root = site(tmp_path / "site")
    first = built(root)
    assert (0, ()) == (first.status, first.told)
    for path, breaks in BROKEN.items():
        (root / path).write_text(breaks(FILES[path]), encoding="utf-8")
        assert 1 == built(root).status
        shutil.rmtree(root / ".sitegen")
        (root / path).write_text(FILES[path], encoding="utf-8")
        again = built(root)
        assert (0, (), set()) == (again.status, again.told, again.written)

"""What is started for a newsroom works at once; what is cleaned away was ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sitegen.content.settings import read_settings
from support.command import sitegen
from support.workspace import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from support.workspace import Workspace


def test_a_new_site_can_be_built(tmp_path: Path) -> None:
    """A new site builds without a warning, and shows its first story."""
    site = tmp_path / "wire"
    done = sitegen("new", "site", str(site))
    assert (0, "") == (done.status, done.err)
    assert f"{site} is a site now; `sitegen build --site {site}` makes it\n" == done.out
    made = sitegen("build", "--site", str(site), "--strict")
    assert (0, "") == (made.status, made.err)
    assert "A first story" in (site / "public/index.html").read_text()
    assert {"/public/", "/.sitegen/"} <= set((site / ".gitignore").read_text().splitlines())


def test_each_new_site_has_a_name_of_its_own(tmp_path: Path) -> None:
    """Its feeds and stories are those of no other site, and stay its own where it moves."""
    found = []
    for name in ("one", "other"):
        assert 0 == sitegen("new", "site", str(tmp_path / name)).status
        found.append(read_settings((tmp_path / name / "site.yaml").read_bytes())[0].id)
    assert [True, True] == [each.startswith("urn:uuid:") for each in found]
    assert found[0] != found[1]


def test_a_new_site_goes_into_an_empty_folder_only(tmp_path: Path) -> None:
    """An empty folder is taken; one that holds anything is left alone."""
    assert 0 == sitegen("new", "site", str(tmp_path)).status
    before = sorted(tmp_path.rglob("*"))
    done = sitegen("new", "site", str(tmp_path))
    assert 2 == done.status
    assert "is there already; name a folder that is new or empty" in done.err
    assert before == sorted(tmp_path.rglob("*"))


def test_a_new_site_where_none_can_be(tmp_path: Path) -> None:
    """A folder that cannot be made is the machine's failure."""
    (tmp_path / "file").touch()
    done = sitegen("new", "site", str(tmp_path / "file/site"))
    assert 3 == done.status
    assert "error: cannot be written: " in done.err


def new_article(workspace: Workspace, headline: str) -> str:
    """The path of the story that was started with *headline*."""
    done = sitegen("new", "article", headline, "--site", str(workspace.root), "--json")
    assert 0 == done.status, done.err + done.out
    (path,) = json.loads(done.out)["made"]
    return str(path)


@pytest.mark.parametrize(
    "headline",
    [
        "Ferry: resumes",
        'He said "no"',
        "#MeToo & more",
        "부두가 열리다",
        "yes",
        "null",
        "Tags",
        "{{ x }}",
        "🎉",
        "a" * 500,
        "it's",
    ],
)
def test_a_new_article_is_hidden_and_ready(workspace: Workspace, headline: str) -> None:
    """A new story builds without a warning, stays hidden, and is out when its line is removed, its headline intact."""
    path = new_article(workspace, headline)
    text = (workspace.root / path).read_text(encoding="utf-8")
    done = sitegen("build", "--site", str(workspace.root), "--strict")
    assert (0, "") == (done.status, done.err)
    hidden = workspace.tree()
    workspace.write(path, text.replace("draft: true\n", ""))
    done = sitegen("build", "--site", str(workspace.root))
    assert 0 == done.status, done.err
    new = set(workspace.tree()) - set(hidden)
    assert any(name.endswith("/index.html") for name in new)


def test_a_new_article_has_a_permanent_id(workspace: Workspace) -> None:
    """The id has the day and the first headline, so that another headline or file name does not change it."""
    path = new_article(workspace, "Ferry resumes")
    text = (workspace.root / path).read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("id: ")]
    assert line.endswith("-ferry-resumes")
    assert len("id: 2026-06-15-ferry-resumes") == len(line)


def test_a_new_article_keeps_its_address(workspace: Workspace) -> None:
    """Another headline does not move it."""
    path = new_article(workspace, "Ferry resumes")
    text = (workspace.root / path).read_text(encoding="utf-8").replace("draft: true\n", "")
    workspace.write(path, text.replace('title: "Ferry resumes"', "title: No ferry today"))
    done = sitegen("build", "--site", str(workspace.root))
    assert 0 == done.status, done.err
    assert any(name.endswith("/ferry-resumes/index.html") for name in workspace.tree())


def test_two_new_articles_of_one_headline(workspace: Workspace) -> None:
    """The second is refused, and the first stays as it is."""
    path = new_article(workspace, "Ferry resumes")
    workspace.write(path, "work of an hour")
    done = sitegen("new", "article", "Ferry resumes", "--site", str(workspace.root))
    assert 2 == done.status
    assert f"{path}: error: is there already; " in done.err
    assert "work of an hour" == (workspace.root / path).read_text()


def test_clean(workspace: Workspace) -> None:
    """The output and the cache go, the sources stay; a second time there is nothing to do."""
    before = sorted(workspace.root.rglob("*"))
    assert 0 == sitegen("build", "--site", str(workspace.root), "--now", NOW).status
    done = sitegen("clean", "--site", str(workspace.root))
    assert 0 == done.status
    assert f"{workspace.root / 'public'} and {workspace.root / '.sitegen'} removed\n" == done.out
    assert before == sorted(workspace.root.rglob("*"))
    assert "nothing to remove\n" == sitegen("clean", "--site", str(workspace.root)).out


@pytest.mark.parametrize("place", ["public", "content", "."])
def test_clean_removes_what_is_ours_only(workspace: Workspace, place: str) -> None:
    """A folder that sitegen did not make is refused, whatever it is called."""
    workspace.write("public/thesis.txt", "the only copy")
    before = sorted(workspace.root.rglob("*"))
    done = sitegen("clean", "--site", str(workspace.root), "--output", str(workspace.root / place))
    assert 2 == done.status
    assert "was not made by sitegen" in done.err
    assert before == sorted(workspace.root.rglob("*"))


def test_clean_leaves_what_is_kept(workspace: Workspace) -> None:
    """Files that site.yaml says are not sitegen's stay, as they do in a build."""
    workspace.write("site.yaml", (workspace.root / "site.yaml").read_text() + "keep: [CNAME]\n")
    assert 0 == sitegen("build", "--site", str(workspace.root), "--now", NOW).status
    workspace.write("public/CNAME", "wire.example")
    assert 0 == sitegen("clean", "--site", str(workspace.root)).status
    assert {"CNAME", ".sitegen-output"} == set(workspace.tree())


def test_clean_leaves_a_repository(workspace: Workspace) -> None:
    """An output that is a repository of its own stays one."""
    assert 0 == sitegen("build", "--site", str(workspace.root), "--now", NOW).status
    workspace.write("public/.git/HEAD", "ref")
    assert 0 == sitegen("clean", "--site", str(workspace.root)).status
    assert {".git/HEAD", ".sitegen-output"} == set(workspace.tree())


def test_clean_follows_no_link_to_a_cache(workspace: Workspace, tmp_path: Path) -> None:
    """A cache that is a link loses the link alone."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/memos").write_text("x")
    (workspace.root / ".sitegen").symlink_to(tmp_path / "elsewhere")
    assert 0 == sitegen("clean", "--site", str(workspace.root)).status
    assert (tmp_path / "elsewhere/memos").exists()
    assert not (workspace.root / ".sitegen").is_symlink()


def test_clean_with_a_broken_configuration(workspace: Workspace) -> None:
    """Without knowing what is to be kept nothing is removed."""
    assert 0 == sitegen("build", "--site", str(workspace.root), "--now", NOW).status
    before = workspace.tree()
    workspace.write("site.yaml", "title: [\n")
    done = sitegen("clean", "--site", str(workspace.root))
    assert 1 == done.status
    assert done.err.startswith("site.yaml:2:1: error: ")
    assert before == workspace.tree()

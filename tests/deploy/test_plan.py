"""What a deploy would do is compared, told in words, and refused where nobody does it on purpose."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sitegen.errors import BuildFailed, ContentError, SitegenError, UsageError
from support.deploys import NOW, SITE, Listener, Paper, site_of, tree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    """A paper with a folder as its target."""
    return Paper(tmp_path / "site", f"{{kind: folder, path: {tmp_path / 'live'}}}")


def live(paper: Paper) -> dict[str, bytes]:
    """What readers find."""
    return site_of(tree(paper.root.parent / "live" / "current"))


def stopped(paper: Paper, kind: type[SitegenError], **wishes: Any) -> list[str]:  # noqa: ANN401 - as many as options
    """What a deploy was refused for, after which readers see what they saw."""
    before = live(paper)
    with pytest.raises(kind) as refused:
        paper.deploy(**wishes)
    assert before == live(paper)
    return [str(problem) for problem in refused.value.problems]


def test_readers_get_what_was_built(paper: Paper) -> None:
    """What is there is the output, without its marker."""
    paper.deploy()
    assert paper.public() == live(paper)


def test_nothing_to_do(paper: Paper) -> None:
    """A site that did not change is not put there again."""
    paper.deploy()
    before = (paper.root.parent / "live" / "current").resolve()
    outcome = paper.deploy()
    assert (False, ()) == (outcome.done, outcome.sent)
    assert before == (paper.root.parent / "live" / "current").resolve()
    assert ["nothing to do: readers see this site already"] == paper.told()


def test_a_dry_run_changes_nothing(paper: Paper) -> None:
    """It says what would be done, and the place is not even made."""
    assert "  new: /2026/05/ferry/ “Ferry returns”" in paper.told()
    assert not (paper.root.parent / "live").exists()


def test_the_next_day_in_words(paper: Paper) -> None:
    """Stories by their headlines, all others by their number, and nothing else."""
    paper.deploy()
    paper.next_day()
    paper.write("static/app.css", "body { color: black }\n")
    told = paper.told()
    assert [
        "  new: /2026/05/pier/ “Pier opens”",
        "  updated: /2026/05/ferry/ “Ferry returns late” (headline changed, was “Ferry returns”)",
        "  withdrawn: /2026/05/budget/ “Budget vote”",
    ] == told[:3]
    assert "and nothing else" == told[-1]
    assert any(line.startswith("with ") and "feeds" in line and "lists" in line for line in told)


def test_a_correction_is_called_so(paper: Paper) -> None:
    """As is a retraction."""
    paper.deploy()
    paper.story("ferry", "Ferry returns", tags="harbor", corrections="[{date: 2026-06-01, text: It was Ana.}]")
    paper.story("storm", "Storm warning", corrections="[{date: 2026-06-01, text: No storm., kind: retraction}]")
    told = paper.told()
    assert "  updated: /2026/05/ferry/ “Ferry returns” (corrected)" in told
    assert "  updated: /2026/05/storm/ “Storm warning” (retracted)" in told


def test_what_nobody_edited_is_pointed_out(paper: Paper) -> None:
    """A layout that changed all stories is a surprise; the reason is told, as far as it is known."""
    paper.deploy()
    paper.write("static/app.css", "body { color: red }\n")
    told = paper.told()
    assert "changed though nobody edited them: 3" in told
    assert any("unedited: /2026/05/ferry/" in line and "static/app.css was edited" in line for line in told)


def test_one_typo_sends_what_shows_it(paper: Paper) -> None:
    """The body of a story: its page, and the feeds that have it."""
    paper.deploy()
    paper.story("ferry", "Ferry returns", "Text!", tags="harbor")
    sent = paper.deploy().sent
    assert "2026/05/ferry/index.html" in sent
    feeds = ("feed.xml", "atom.xml", "feed.json")
    assert {"2026/05/ferry/index.html"} == {path for path in sent if not path.endswith(feeds)}


def test_what_somebody_changed_there_is_put_right(paper: Paper) -> None:
    """The plan looks at what is really there."""
    paper.deploy()
    current = paper.root.parent / "live" / "current"
    (current / "index.html").write_text("defaced")
    (current / "404.html").unlink()
    assert {"index.html", "404.html"} == set(paper.deploy().sent)
    assert paper.public() == live(paper)


def test_an_address_that_would_be_gone_stops_it(paper: Paper) -> None:
    """A story whose slug changed, and one whose file was deleted, are told at their files."""
    paper.deploy()
    paper.story("ferry", "Ferry returns", slug="ferry-2")
    (paper.root / "content/storm.md").unlink()
    said = stopped(paper, ContentError)
    assert "content/ferry.md: error: /2026/05/ferry/ would be gone, as it is /2026/05/ferry-2/ now; " in said[0]
    assert "add it to its `aliases`: /2026/05/ferry/" in said[0]
    assert any(line.startswith("content/storm.md: error: /2026/05/storm/ would be gone; ") for line in said)
    paper.deploy(allow_vanish=True)
    assert paper.public() == live(paper)


def test_a_redirect_keeps_an_address(paper: Paper) -> None:
    """An alias, or a line in the table of redirects that hosts read."""
    paper.deploy()
    paper.story("ferry", "Ferry returns", slug="ferry-2", tags="harbor", aliases="[/2026/05/ferry/]")
    paper.deploy()
    assert paper.public() == live(paper)


@pytest.mark.parametrize("base", ["", "/wire"])
def test_a_table_of_redirects_keeps_an_address(tmp_path: Path, base: str) -> None:
    """A file of the site's own that hosts read, also for a site below a path."""
    paper = Paper(tmp_path / "site", f"{{kind: folder, path: {tmp_path / 'live'}}}", SITE + base)
    paper.deploy()
    paper.story("ferry", "Ferry returns", slug="ferry-2", tags="harbor")
    paper.write("static/_redirects", f"# moved\n{base}/2026/05/ferry/* {base}/2026/05/ferry-2/ 301\n")
    paper.deploy()
    assert paper.public() == live(paper)


def test_what_expires_goes_by_itself(paper: Paper) -> None:
    """A story says itself that it is withdrawn, and the lists that had only this one go with it."""
    paper.deploy()
    paper.story("budget", "Budget vote", tags="council", expires="2026-06-01T00:00:00Z")
    assert {"2026/05/budget/index.html", "tags/council/index.html", "tags/council/feed.xml"} == set(
        paper.deploy().deleted
    )
    assert paper.public() == live(paper)


def test_a_file_that_names_what_expired_does_not_keep_it(paper: Paper) -> None:
    """Nobody is there at that hour: the story goes, and the name is told; that of a story to come stops the deploy."""
    paper.write("static/old.json", '["/2026/05/budget/"]')
    paper.deploy()
    paper.story("budget", "Budget vote", tags="council", expires="2026-06-01T00:00:00Z")
    listener = Listener()
    assert "2026/05/budget/index.html" in paper.deploy(listener).deleted
    assert any("warning: has the address of content/budget.md, which expired" in line for line in listener.warnings)
    paper.story("budget", "Budget vote", tags="council", published="2099-06-01T00:00:00Z")
    (said,) = stopped(paper, BuildFailed)
    assert "public/old.json:1:12: error: has the address of content/budget.md, which is not public before 2099" in said


def test_a_site_without_a_story_stops_it(paper: Paper) -> None:
    """An empty site over a full one is never meant."""
    paper.deploy()
    for name in ("ferry", "budget", "storm"):
        (paper.root / f"content/{name}.md").unlink()
    assert ["error: the site has no story that readers may see"] == [
        line.partition(";")[0] for line in stopped(paper, ContentError)
    ]


def test_many_deletes_stop_it(paper: Paper) -> None:
    """Whatever they are of, unless as many are allowed."""
    for number in range(20):
        paper.write(f"static/charts/{number}.json", str(number))
    paper.deploy()
    for number in range(20):
        (paper.root / f"static/charts/{number}.json").unlink()
    (said,) = stopped(paper, UsageError)
    assert "error: 20 files would be deleted, which is more than 16; " in said
    (said,) = stopped(paper, UsageError, max_deletes=19)
    assert said.endswith("--max-deletes 20")
    assert 20 == len(paper.deploy(max_deletes=20).deleted)


def test_files_of_somebody_else_stop_it(paper: Paper, tmp_path: Path) -> None:
    """A place with other files in it is not taken over, unless that is asked for."""
    other = tmp_path / "live" / "releases" / "1"
    other.mkdir(parents=True)
    (other / "index.html").write_text("another site")
    (other / "notes.txt").write_text("mine")
    (tmp_path / "live" / "current").symlink_to("releases/1")
    (said,) = stopped(paper, UsageError)
    assert "holds 2 files that sitegen did not put there (index.html, notes.txt)" in said
    paper.deploy(adopt=True)
    assert paper.public() == live(paper)


def test_pages_of_somebody_else_go_when_they_are_adopted(paper: Paper, tmp_path: Path) -> None:
    """That they may be deleted has been said; that there are very many of them has not."""
    other = tmp_path / "live" / "releases" / "1"
    other.mkdir(parents=True)
    for number in range(17):
        (other / f"{number}.html").write_text("another site")
    (tmp_path / "live" / "current").symlink_to("releases/1")
    (said,) = stopped(paper, UsageError, adopt=True)
    assert "error: 17 files would be deleted, which is more than 16; " in said
    (other / "0.html").unlink()
    paper.deploy(adopt=True)
    assert paper.public() == live(paper)


class Meanwhile(Listener):
    """One who, while they are asked, has a colleague deploy a later story."""

    def __init__(self, paper: Paper) -> None:
        """Be the colleague of those at *paper*."""
        super().__init__()
        self._paper = paper

    def agrees(self) -> bool:
        """Agree, after that."""
        if not self.remarks:
            self._paper.story("pier", "Pier opens")
            self._paper.deploy()
        return True


def test_who_waited_builds_anew(paper: Paper) -> None:
    """An older site does not come after a newer one."""
    paper.deploy()
    paper.story("ferry", "Ferry returns late", tags="harbor")
    listener = Meanwhile(paper)
    paper.deploy(listener)
    assert ["somebody else deployed meanwhile, so the site is built and planned anew"] == listener.remarks
    assert "2026/05/pier/index.html" in live(paper)
    assert paper.public() == live(paper)


def test_files_that_come_later_are_left_alone(paper: Paper) -> None:
    """What others put beside the site is told, and stays."""
    paper.deploy()
    (paper.root.parent / "live" / "current" / "google1234.html").write_text("proof")
    paper.story("ferry", "Ferry returns", "Text!")
    assert "1 files there are not sitegen's, and are left alone" in paper.told()
    paper.deploy()
    assert b"proof" == live(paper)["google1234.html"]


def test_another_site_is_not_overwritten(paper: Paper) -> None:
    """The manifest there says whose it is."""
    paper.deploy()
    text = (paper.root / "site.yaml").read_text().replace("https://harbourwire", "https://staging")
    paper.write("site.yaml", text)
    (said,) = stopped(paper, UsageError)
    assert "holds https://harbourwire.example, and this site is https://staging.example" in said


def test_old_assets_stay_for_a_while(paper: Paper) -> None:
    """A page that a reader has open still gets its style sheet; after the days of grace it goes."""
    paper.deploy()
    (old,) = (path for path in live(paper) if path.startswith("assets/app."))
    paper.next_day()
    paper.deploy()
    assert old in live(paper)
    assert old not in paper.public()
    paper.deploy(now=NOW + timedelta(days=13))
    assert old in live(paper)
    paper.deploy(now=NOW + timedelta(days=15))
    assert old not in live(paper)


def test_what_build_leaves_alone_is_put_there_too(paper: Paper) -> None:
    """A search index that another tool made in the output, as `keep` says."""
    text = (paper.root / "site.yaml").read_text()
    paper.write("site.yaml", text + "keep: [search]\n")
    paper.write("public/.sitegen-output", "")
    paper.write("public/search/index.bin", "words")
    paper.deploy()
    assert b"words" == live(paper)["search/index.bin"]


def test_first_is_something_that_there_is(paper: Paper) -> None:
    """A slip in the address of a withdrawal that cannot wait must not go unseen."""
    paper.deploy()
    (said,) = stopped(paper, UsageError, first=("/2026/05/fery/",))
    assert "error: --first /2026/05/fery/ is nothing that the site has or had" in said


def test_the_manifest_knows_the_commit(paper: Paper) -> None:
    """Of which sources the site was made; ``-dirty`` if they were changed since."""
    git = ["git", "-C", str(paper.root), "-c", "user.name=Desk", "-c", "user.email=desk@harbourwire.example"]
    paper.write(".gitignore", "public\n.sitegen\n")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "First edition"]):
        subprocess.run([*git, *command], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    paper.deploy()
    manifest = (paper.root.parent / "live" / "current" / ".sitegen-deployed.json").read_text()
    assert f'"commit":"{head}"' in manifest


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "there are several targets; name one of live, staging"), ("lvie", "there is no target `lvie`; name one of")],
)
def test_a_target_is_named(paper: Paper, name: str, said: str) -> None:
    """Where there are several, none is guessed."""
    paper.write("site.yaml", (paper.root / "site.yaml").read_text() + "  staging: {kind: folder, path: x}\n")
    assert said in stopped(paper, UsageError, target=name)[0]

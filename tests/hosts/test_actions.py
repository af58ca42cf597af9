"""The workflow for GitHub Actions, and what is said of slips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from sitegen.errors import UsageError
from sitegen.hosts import KINDS, host_config
from support.deploys import Paper

if TYPE_CHECKING:
    from pathlib import Path

    from support.workspace import Workspace


def workflow(tmp_path: Path, target: str = "") -> dict[Any, Any]:
    """What GitHub reads."""
    paper = Paper(tmp_path / "site", target or "{kind: folder, path: ../live}")
    if not target:
        text = (paper.root / "site.yaml").read_text().partition("deploy:")[0]
        paper.write("site.yaml", text)
    found: dict[Any, Any] = yaml.safe_load(host_config("github-actions", paper.root))
    assert {"name", True, "permissions", "concurrency", "jobs"} == set(found)  # YAML 1.1 takes `on` for true
    assert {"push", "schedule", "workflow_dispatch"} == set(found[True])
    return found


def test_without_a_target(tmp_path: Path) -> None:
    """The site goes to GitHub Pages, by GitHub's own actions."""
    found = workflow(tmp_path)
    assert {"contents": "read", "pages": "write", "id-token": "write"} == found["permissions"]
    steps = found["jobs"]["site"]["steps"]
    assert "sitegen build" in [step.get("run") for step in steps]
    assert {"path": "public"} in [step.get("with") for step in steps]
    assert "actions/deploy-pages@v4" == steps[-2]["uses"]


def test_what_is_kept(tmp_path: Path) -> None:
    """The cache is kept under a name of its own, also of a run that failed: it knows what is still to be done."""
    restored, *_, kept = workflow(tmp_path)["jobs"]["site"]["steps"][3:]
    assert ("actions/cache/restore@v4", "actions/cache/save@v4") == (restored["uses"], kept["uses"])
    assert "always()" == kept["if"]
    assert kept["with"] == {key: restored["with"][key] for key in ("path", "key")}
    assert kept["with"]["key"].startswith(restored["with"]["restore-keys"])


@pytest.mark.parametrize(
    ("target", "secrets"),
    [
        ("{kind: s3, bucket: news}", {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}),
        ("{kind: gcs, bucket: news}", {"GOOGLE_SERVICE_ACCOUNT_KEY"}),
        ("{kind: azure, account: wire}", {"AZURE_STORAGE_ACCOUNT_KEY"}),
        ("{kind: s3, bucket: news, compress: brotli}", {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}),
        ("{kind: git, remote: 'https://github.com/desk/wire.git'}", {"GITHUB_TOKEN"}),
        ("{kind: git, remote: 'git@github.com:desk/wire.git'}", {"SSH_KEY", "SSH_KNOWN_HOSTS"}),
        ("{kind: rsync, host: desk@www.wire.example, path: /srv/wire}", {"SSH_KEY", "SSH_KNOWN_HOSTS"}),
        ("{kind: command, command: 'wrangler pages deploy {public}'}", set()),
    ],
)
def test_with_a_target(tmp_path: Path, target: str, secrets: set[str]) -> None:
    """It is deployed to, with the secrets that it needs in the environment of the steps that need them."""
    found = workflow(tmp_path, target)
    steps = found["jobs"]["site"]["steps"]
    assert "sitegen deploy live" == steps[-2]["run"]
    given = {name: value for step in steps for name, value in step.get("env", {}).items()}
    assert {name: f"${{{{ secrets.{name} }}}}" for name in secrets} == given
    assert ("write" if "https://github" in target else "read") == found["permissions"]["contents"]
    extra = any(kind in target for kind in ("s3", "gcs", "azure"))
    assert extra == any("sitegen[s3]" in step.get("run", "") for step in steps)
    assert ("brotli" in target) == any("brotli" in step.get("run", "") for step in steps)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("{kind: folder, path: ../live}", r"`live` is a folder, .* reached with `kind: rsync`"),
        ("{kind: git, remote: ../wire.git}", "`live` is a repository in a folder, and would be one of GitHub's own"),
        ("{kind: git, remote: 'file:///srv/wire.git'}", "`live` is a repository in a folder, and would be"),
        (
            "{kind: git, remote: 'https://gitlab.com/a/b.git'}",
            r"no token; give its `remote` for ssh, as git@gitlab\.com:",
        ),
    ],
)
def test_what_github_does_not_reach(tmp_path: Path, target: str, said: str) -> None:
    """A folder would be one of a machine that is gone when the run is over."""
    paper = Paper(tmp_path / "site", target)
    with pytest.raises(UsageError, match=said):
        host_config("github-actions", paper.root)


@pytest.mark.parametrize(
    ("remote", "host"),
    [
        ("git@github.com:desk/wire.git", "github.com"),
        ("ssh://git.example.org/desk/wire.git", "git.example.org"),
        ("ssh://git@git.example.org:2222/desk/wire.git", "-p 2222 git.example.org"),
    ],
)
def test_the_machine_whose_key_is_asked_for(tmp_path: Path, remote: str, host: str) -> None:
    """It is that of the repository, at its port."""
    steps = workflow(tmp_path, f"{{kind: git, remote: '{remote}'}}")["jobs"]["site"]["steps"]
    assert f"`ssh-keyscan {host}`" in " ".join(step.get("name", "") for step in steps)


def test_a_target_that_there_is_not(tmp_path: Path) -> None:
    """It says which there are."""
    paper = Paper(tmp_path / "site", "{kind: folder, path: ../live}")
    with pytest.raises(UsageError, match="there is no target `lvie`; name one of live"):
        host_config("nginx", paper.root, "lvie")


def test_on_the_command_line(workspace: Workspace) -> None:
    """Each kind is printed, and nothing else; kinds are named where there is a slip."""
    for kind in KINDS:
        done = workspace.run("host-config", kind)
        assert (0, host_config(kind, workspace.root).strip()) == (done.returncode, done.stdout.strip())
    done = workspace.run("host-config", "iis")
    assert 2 == done.returncode
    assert all(kind in done.stderr for kind in KINDS)

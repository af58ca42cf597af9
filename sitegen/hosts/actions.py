"""GitHub Actions: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sitegen.errors import UsageError
from sitegen.model.deploy import AzurePlace, CommandPlace, FolderPlace, GcsPlace, GitPlace, RsyncPlace, S3Place

if TYPE_CHECKING:
    from sitegen.hosts.facts import Site
    from sitegen.model.deploy import AnyPlace

_HEAD: Final = """\
# {url}, as `sitegen host-config github-actions` writes it: .github/workflows/site.yaml of a *private* repository.
# The cache of builds holds text that is not public; in a public repository leave the steps `actions/cache` out.
# requirements.txt names sitegen in an exact version.
name: site
on:
  push:
    branches: [main]
  schedule:
    - cron: "*/15 * * * *" # embargoes and expiry
  workflow_dispatch:
permissions:
{permissions}
concurrency: site # one run at a time, so that no older site comes after a newer one
jobs:
  site:
    runs-on: ubuntu-latest
{environment}    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.13"
          cache: pip
      - run: pip install -r requirements.txt{packages}
      - uses: actions/cache/restore@v4
        with:
          path: .sitegen
          key: {key}
          restore-keys: sitegen-
"""
_KEY: Final = "sitegen-${{ github.run_id }}-${{ github.run_attempt }}"  # a story comes out without a commit
_KEPT: Final = f"""\
      - if: always() # a deploy that failed has to know of it the next time
        uses: actions/cache/save@v4
        with:
          path: .sitegen
          key: {_KEY}
"""
_PAGES: Final = """\
      - run: sitegen build
      - uses: actions/upload-pages-artifact@v3
        with:
          path: {output}
      - id: deployment
        uses: actions/deploy-pages@v4
"""
_SSH: Final = """\
      - name: the key of ssh, and the machine's, as `ssh-keyscan {host}` says it
        run: |
          install -m 700 -d ~/.ssh
          install -m 600 /dev/null ~/.ssh/id_ed25519
          printf '%s\\n' "$SSH_KEY" > ~/.ssh/id_ed25519
          printf '%s\\n' "$SSH_KNOWN_HOSTS" > ~/.ssh/known_hosts
        env:
          SSH_KEY: ${{{{ secrets.SSH_KEY }}}}
          SSH_KNOWN_HOSTS: ${{{{ secrets.SSH_KNOWN_HOSTS }}}}
"""
_FOR_GITHUB: Final = """\
      - name: the token of this run, for git
        run: git config --global credential.helper
          '!f() { echo username=x-access-token; echo "password=$GITHUB_TOKEN"; }; f'
"""
_ITS_OWN: Final = """\
        # env: the secrets that the command needs, each as NAME: ${{ secrets.NAME }}
"""
_SCP: Final = re.compile(r"[\w.-]+@([\w.-]+):")  # as git has it: a host, and a path after a colon
_SECRETS: Final[dict[str, tuple[str, ...]]] = {
    "s3": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    "gcs": ("GOOGLE_SERVICE_ACCOUNT_KEY",),
    "azure": ("AZURE_STORAGE_ACCOUNT_KEY",),
    "token": ("GITHUB_TOKEN",),
}


def workflow(site: Site) -> str:
    """A workflow that builds and deploys: to the target of *site*, or to GitHub Pages where it has none.

    Raises UsageError for a target that a machine of GitHub does not reach.
    """
    place = site.place
    permissions, environment, packages = "  contents: read", "", ""
    match place:
        case None:
            permissions += "\n  pages: write\n  id-token: write"
            environment = "    environment: github-pages\n"
            steps = _PAGES.format(output=site.output)
        case GitPlace():
            steps = _for_git(place)
            permissions = "  contents: write" if steps.startswith(_FOR_GITHUB) else permissions
        case RsyncPlace():
            port = f"-p {place.port} " if place.port else ""
            steps = _SSH.format(host=port + place.host.rpartition("@")[2]) + _deploy(place)
        case S3Place() | GcsPlace() | AzurePlace():
            packages = " 'sitegen[s3]'" + (" brotli" if place.compress == "brotli" else "")
            steps = _deploy(place, str(place.__struct_config__.tag))
        case FolderPlace():
            raise _unreached(place, "is a folder")
        case CommandPlace():
            steps = _deploy(place) + _ITS_OWN
    head = _HEAD.format(url=site.url, permissions=permissions, environment=environment, packages=packages, key=_KEY)
    return head + steps + _KEPT


def _for_git(place: GitPlace) -> str:
    """The deploy to a branch: of a repository at GitHub with the token of the run, else with a key of ssh."""
    if re.match(r"(?:[\w.-]+@)?github\.com/", place.remote.partition("://")[2]) and place.remote.startswith("https:"):
        return _FOR_GITHUB + _deploy(place, "token")
    parts = urlsplit(place.remote)
    if parts.scheme in ("http", "https"):
        what = f"the target `{place.name}` is at {parts.hostname}, for which a run of GitHub has no token"
        raise UsageError.at(None, what, f"give its `remote` for ssh, as git@{parts.hostname}:desk/wire.git")
    if parts.scheme == "ssh":
        host = f"-p {parts.port} {parts.hostname}" if parts.port else parts.hostname
    else:
        found = _SCP.match(place.remote)
        host = found[1] if found else ""
    if not host:
        raise _unreached(place, "is a repository in a folder")
    return _SSH.format(host=host) + _deploy(place)


def _unreached(place: AnyPlace, what: str) -> UsageError:
    """That a machine of GitHub has a target for itself alone."""
    what = f"the target `{place.name}` {what}, and would be one of GitHub's own machine, which nobody sees"
    return UsageError.at(None, what, "name another target; a folder on a server is reached with `kind: rsync`")


def _deploy(place: AnyPlace, secrets: str = "") -> str:
    """The deploy, with its secrets in the environment."""
    lines = [f"      - run: sitegen deploy {place.name}"]
    if secrets:
        lines += ["        env:", *(f"          {name}: ${{{{ secrets.{name} }}}}" for name in _SECRETS[secrets])]
    return "\n".join(lines) + "\n"

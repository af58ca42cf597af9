"""GitHub Actions: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sitegen.errors import UsageError
from sitegen.model.deploy import AzurePlace, CommandPlace, FolderPlace, GcsPlace, GitPlace, RsyncPlace, S3Place

if TYPE_CHECKING:
    from sitegen.hosts.facts import Site
    from sitegen.model.deploy import AnyPlace

_HEAD: Final = """\
# {url}, as `sitegen host-config github-actions` writes it: .github/workflows/site.yaml of a *private* repository.
# The cache of builds holds text that is not public; in a public repository leave the step `actions/cache` out.
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
      - run: pip install -r requirements.txt{extra}
      - uses: actions/cache@v4
        with:
          path: .sitegen
          key: sitegen-${{{{ github.run_id }}}} # of each run, as a story comes out without a commit
          restore-keys: sitegen-
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
      - name: the key of ssh, and the machine's, as `ssh-keyscan {host}` says them
        run: |
          install -m 700 -d ~/.ssh
          install -m 600 /dev/null ~/.ssh/id_ed25519
          printf '%s\\n' "$SSH_KEY" > ~/.ssh/id_ed25519
          printf '%s\\n' "$SSH_KNOWN_HOSTS" > ~/.ssh/known_hosts
        env:
          SSH_KEY: ${{{{ secrets.SSH_KEY }}}}
          SSH_KNOWN_HOSTS: ${{{{ secrets.SSH_KNOWN_HOSTS }}}}
"""
_FOR_GIT: Final = """\
      - name: the token of this run, for git
        run: git config --global credential.helper
          '!f() {{ echo username=x-access-token; echo "password=$GITHUB_TOKEN"; }}; f'
"""
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
    permissions, environment, steps = "  contents: read", "", ""
    extra = ""
    match place:
        case None:
            permissions += "\n  pages: write\n  id-token: write"
            environment = "    environment: github-pages\n"
            steps = _PAGES.format(output=site.output)
        case GitPlace() if place.remote.startswith("https:"):
            permissions = "  contents: write"
            steps = _FOR_GIT.format() + _deploy(place, "token")
        case GitPlace():
            host = place.remote.removeprefix("ssh://").partition("@")[2]
            steps = _SSH.format(host=re.split("[:/]", host)[0]) + _deploy(place)
        case RsyncPlace():
            port = f"-p {place.port} " if place.port else ""
            steps = _SSH.format(host=port + place.host.rpartition("@")[2]) + _deploy(place)
        case S3Place() | GcsPlace() | AzurePlace():
            extra = " 'sitegen[s3]'"
            steps = _deploy(place, str(place.__struct_config__.tag))
        case FolderPlace():
            what = f"the target `{place.name}` is a folder, and would be one of GitHub's own machine, which nobody sees"
            raise UsageError.at(None, what, "name another target; a folder on a server is reached with `kind: rsync`")
        case CommandPlace():
            steps = _deploy(place)
    return _HEAD.format(url=site.url, permissions=permissions, environment=environment, extra=extra) + steps


def _deploy(place: AnyPlace, secrets: str = "") -> str:
    """The deploy, with its secrets in the environment."""
    lines = [f"      - run: sitegen deploy {place.name}"]
    if secrets:
        lines += ["        env:", *(f"          {name}: ${{{{ secrets.{name} }}}}" for name in _SECRETS[secrets])]
    return "\n".join(lines) + "\n"

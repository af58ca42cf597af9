"""The command line.  Each command imports what it needs when it runs, so that ``sitegen --help`` is quick."""

from __future__ import annotations

import functools
import gc
import os
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from sitegen import __version__
from sitegen.arguments import address_of, moment_of, site_folder, text_path
from sitegen.errors import MachineError, Problem, SitegenError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from sitegen.report import Report

_INTERRUPTED: Final = 130
_NOTHING_DUE: Final = 4


def command(function: Callable[..., None]) -> Callable[..., None]:
    """The options that every command has, and the one place where an error becomes an exit status.

    *function* is called with a report to tell things to, the site's folder as given, and its own options.
    """

    @click.option("--site", type=click.Path(path_type=Path), help="The site's folder: the nearest with a site.yaml.")
    @click.option("--quiet", is_flag=True, help="Say nothing but errors.")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout, for machines.")
    @functools.wraps(function)
    def run(*, site: Path | None, quiet: bool, as_json: bool, **options: object) -> None:
        from sitegen.report import Report

        report = Report(quiet=quiet, as_json=as_json, folder=site)
        try:
            function(report, site, **options)
        except SitegenError as error:
            _end(report, error.problems, error.exit_status)
        except KeyboardInterrupt as stop:
            _end(report, [Problem(None, str(stop) or "interrupted; nothing half-done was left behind")], _INTERRUPTED)
        except MemoryError:
            what, fix = "there is not enough memory for this site", "give it more, or split the largest files"
            _end(report, [Problem(None, what, fix)], MachineError.exit_status)

    return run


def _end(report: Report, problems: tuple[Problem, ...] | list[Problem], status: int) -> NoReturn:
    report.failed(problems)
    sys.exit(status)


def _end_politely() -> None:
    """Have a service manager, or a terminal that goes away, end this as Ctrl-C does; unless they are to be ignored."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupted)


def _interrupted(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="sitegen %(version)s")
def cli() -> None:
    """Build news microsites from Markdown, correctly and at once."""


@cli.command()
@command
@click.option("--output", type=click.Path(path_type=Path), help="Build into this folder instead of the site's.")
@click.option("--url", default="", help="Build for this address instead of the site's, as for staging.")
@click.option("--now", default="", metavar="TIME", help="Build as of this moment: 2026-06-15T12:00+09:00.")
@click.option("--drafts", is_flag=True, help="Let drafts and future stories out, for a look at them.")
@click.option("--without", multiple=True, metavar="PATH", help="Build as if this content file were not there.")
@click.option("--no-cache", is_flag=True, help="Build from nothing, and keep nothing for the next build.")
@click.option("--strict", is_flag=True, help="Take warnings for errors.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Work in N processes: else one a processor.")
@click.option("--explain", is_flag=True, help="Say of each file written why it was.")
@click.option("--verify", is_flag=True, help="Build a second time, from nothing, and compare every byte.")
@click.option("--watch", is_flag=True, help="Build again whenever a source changed or a story is due, until Ctrl-C.")
def build(
    report: Report,
    site: Path | None,
    *,
    output: Path | None,
    url: str,
    now: str,
    drafts: bool,
    without: tuple[str, ...],
    no_cache: bool,
    strict: bool,
    jobs: int | None,
    explain: bool,
    verify: bool,
    watch: bool,
) -> None:
    """Make the output folder hold the site of this moment.

    Nothing is published while anything is wrong: then all problems are listed, and the output stays as it was.
    """
    from sitegen.build import Request
    from sitegen.build import build as make

    folder = report.folder = site_folder(site)
    request = Request(
        folder=folder,
        now=moment_of(now),
        output=output.absolute() if output else None,
        url=address_of(url),
        drafts=drafts,
        without=tuple(text_path(folder, path) for path in without),
        cache=not no_cache,
        strict=strict,
        jobs=jobs or 0,
        explain=explain,
        elsewhen=bool(now or os.environ.get("SOURCE_DATE_EPOCH")),
    )
    if watch:
        from sitegen.serve.rebuild import rebuild

        if report.as_json:
            raise UsageError.at(None, "--watch builds many times, and --json is one document", "give one of the two")
        rebuild(request, [argument for argument in sys.argv[1:] if argument != "--watch"], report.remark)
        return
    summary = make(request, report.progress, report.remark)
    verified = None
    if verify:
        from sitegen.verify import verify as compare

        verified = compare(request, summary)
    report.built(summary, verified)


@cli.command()
@command
@click.option("--host", default="127.0.0.1", help="Listen on this address instead of the loopback.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, help="Listen on this port, or the next free one.")
@click.option("--open", "opens", is_flag=True, help="Open the site in a browser.")
@click.option("--now", default="", metavar="TIME", help="Show the site as of this moment, as for build.")
@click.option("--drafts/--no-drafts", default=True, help="Whether drafts and future stories are shown.")
@click.option("--poll", is_flag=True, help="Look now and then instead of waiting for the system's events.")
@click.option(
    "--editor", default="", metavar="TEMPLATE", help="Open sources with vscode://file/{path}:{line}:{column}."
)
def serve(
    report: Report,
    site: Path | None,
    *,
    host: str,
    port: int,
    opens: bool,
    now: str,
    drafts: bool,
    poll: bool,
    editor: str,
) -> None:
    """Preview the site on this machine, as of this moment, drafts included; Ctrl-C stops it.

    Every page is what `build` would write, and says by itself when it is another.
    """
    from sitegen.serve.server import Serving
    from sitegen.serve.server import serve as run

    folder = report.folder = site_folder(site)
    moment = moment_of(now) if now else None
    serving = Serving(folder=folder, host=host, port=port, now=moment, drafts=drafts, poll=poll, editor=editor)

    def ready(url: str, found: int) -> None:
        if found != port and port:
            report.remark(f"port {port} is taken, so it is {found}")
        report.done(f"the preview is at {url} (Ctrl-C stops it)", url=url)
        if opens:
            import webbrowser

            webbrowser.open(url)

    run(serving, report, ready)


@cli.command()
@command
@click.option("--now", default="", metavar="TIME", help="Look at this moment, as for build.")
@click.argument("url")
def explain(report: Report, site: Path | None, *, now: str, url: str) -> None:
    """Say why the page at URL was made, and what it is made of."""
    from sitegen.build import Request, explained

    folder = report.folder = site_folder(site)
    report.explained(explained(Request(folder=folder, now=moment_of(now)), url))


@cli.command()
@command
@click.option("--now", default="", metavar="TIME", help="Judge as of this moment, as for build.")
@click.option("--embargo", is_flag=True, help="Look only for what is held, in the output folder as it lies there.")
@click.option("--fix", is_flag=True, help="Write the former addresses of stories into their aliases.")
def check(report: Report, site: Path | None, *, now: str, embargo: bool, fix: bool) -> None:
    """Judge the site, now and at every instant when something is due; publish nothing."""
    from sitegen.build import Request
    from sitegen.check import checked, leaks_in_output

    folder = report.folder = site_folder(site)
    request = Request(folder=folder, now=moment_of(now))
    if embargo and fix:
        raise UsageError.at(None, "--embargo looks at the output alone, and --fix writes sources", "give one of them")
    found = (
        leaks_in_output(request) if embargo else checked(request, fix=fix, progress=report.progress, tell=report.remark)
    )
    report.checked(found)
    if any(problem.severity == "error" for problem in found.problems):
        sys.exit(SitegenError.exit_status)


@cli.command()
@command
@click.option("--now", default="", metavar="TIME", help="Look from this moment on, as for build.")
@click.option("--next", "only_next", is_flag=True, help="Tell the next alone; exit status 4 if nothing is due.")
def schedule(report: Report, site: Path | None, *, now: str, only_next: bool) -> None:
    """Say what appears, changes and leaves by itself, and when."""
    from sitegen.build import Request
    from sitegen.schedule import schedule as coming

    folder = report.folder = site_folder(site)
    found = coming(Request(folder=folder, now=moment_of(now)))
    report.scheduled(found, only_next=only_next)
    if found.problems:
        sys.exit(SitegenError.exit_status)
    if only_next and not found.due:
        sys.exit(_NOTHING_DUE)


@cli.command()
@command
@click.option("--output", type=click.Path(path_type=Path), help="The folder that was built into.")
def clean(report: Report, site: Path | None, *, output: Path | None) -> None:
    """Remove the output folder and the cache; sources are never touched."""
    from sitegen.scaffold import cleaned

    folder = site_folder(site)
    removed = cleaned(folder, output.absolute() if output else None)
    report.done(" and ".join(removed) + " removed" if removed else "nothing to remove", removed=removed)


@cli.command()
@command
@click.option("--dry-run", is_flag=True, help="Build and say what would be done, and do none of it.")
@click.option("--allow-vanish", is_flag=True, help="Let addresses go that readers know, without a redirect.")
@click.option("--max-deletes", type=click.IntRange(min=1), metavar="N", help="Delete at most N files.")
@click.option("--first", multiple=True, metavar="PATH", help="See to this page or story before all others.")
@click.option("--adopt", is_flag=True, help="Take over a place with files that sitegen did not put there.")
@click.option("--rollback", is_flag=True, help="Show readers the release before this one.")
@click.option("--yes", is_flag=True, help="Do not ask on a terminal whether to go on.")
@click.argument("target", default="")
def deploy(
    report: Report,
    site: Path | None,
    *,
    dry_run: bool,
    allow_vanish: bool,
    max_deletes: int | None,
    first: tuple[str, ...],
    adopt: bool,
    rollback: bool,
    yes: bool,
    target: str,
) -> None:
    """Build the site, and put what changed where readers find it: the TARGET of site.yaml.

    Says before what they will see.  Nothing is deleted before everything else is up.
    """
    from sitegen.deploy import Order, rolled_back
    from sitegen.deploy import deploy as put

    if os.environ.get("SOURCE_DATE_EPOCH"):
        what = "SOURCE_DATE_EPOCH is set, so this would be the site of another moment"
        raise UsageError.at(None, what, "unset it: a deploy is of now")
    _end_politely()
    folder = report.folder = site_folder(site)
    order = Order(
        folder=folder,
        now=datetime.now(UTC),
        target=target,
        dry_run=dry_run,
        allow_vanish=allow_vanish,
        max_deletes=max_deletes or 0,
        first=first,
        adopt=adopt,
    )
    if rollback and dry_run:
        raise UsageError.at(None, "a rollback has no --dry-run", "leave one of them out")
    if rollback:
        place, release = rolled_back(order, report.remark)
        report.done(f"{place} shows {release} now", place=place, release=release)
        return
    report.deployed(put(order, report.desk(ask=not yes and not dry_run)))


@cli.command("host-config")
@command
@click.argument("kind", type=click.Choice(("nginx", "caddy", "apache", "github-actions")))
@click.argument("target", default="")
def host_config(report: Report, site: Path | None, *, kind: str, target: str) -> None:
    """Print what a server or service of that KIND needs to know, for the site as it is deployed to TARGET."""
    from sitegen.hosts import host_config as written

    folder = report.folder = site_folder(site)
    text = written(kind, folder, target)
    report.done(text.rstrip("\n"), kind=kind, text=text)


@cli.group()
def new() -> None:
    """Start a site, or a story."""


@new.command("site")
@command
@click.argument("path", type=click.Path(path_type=Path))
def new_site(report: Report, site: Path | None, *, path: Path) -> None:
    """Start a site in the folder PATH."""
    from sitegen.scaffold import started_site

    del site  # a new site is in no other
    made = started_site(path, moment_of(""))
    report.done(f"{path} is a site now; `sitegen build --site {path}` makes it", made=made)


@new.command("article")
@command
@click.argument("headline")
def new_article(report: Report, site: Path | None, *, headline: str) -> None:
    """Start a story with this HEADLINE: a draft, with a permanent id."""
    from sitegen.scaffold import started_article

    made = started_article(site_folder(site), headline, moment_of(""))
    report.done(f"{made} is a draft; remove `draft: true` to publish it", made=[made])


@cli.group("import")
def import_() -> None:
    """Bring stories from elsewhere into the site, as drafts."""


@import_.command("wire")
@command
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False), metavar="FILE...")
def import_wire(report: Report, site: Path | None, *, files: tuple[str, ...]) -> None:
    """Make drafts of the stories in each FILE of a wire: plain text, NewsML-G2, NITF or ninjs.

    What was imported before is left alone; what was not understood is told line by line.
    """
    from sitegen.importers.filing import imported_wire

    folder = site_folder(site)
    report.folder = Path.cwd()  # it is the wire's lines that are quoted, and these files lie anywhere
    report.imported(imported_wire(folder, files))


def main() -> NoReturn:
    """Run the command line, and end with its exit status."""
    # What a build makes, it keeps: to look for cycles among it takes a tenth of a build that has little to do.
    gc.set_threshold(100_000, 50, 100)
    status: object = 0
    try:
        cli.main(prog_name="sitegen")
    except SystemExit as end:
        status = end.code
    with suppress(OSError):  # whoever was to read it has gone
        sys.stdout.flush()
        sys.stderr.flush()
    # All is written and let go of.  To take down what a build of 10,000 stories holds in memory takes a second.
    os._exit(status if isinstance(status, int) else 0)

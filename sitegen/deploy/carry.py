"""The carrying out of a plan: group by group, and nothing of a later one after what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sitegen.deploy.kinds import FIRST, GROUPS
from sitegen.deploy.manifest import Manifest, written
from sitegen.errors import SitegenError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sitegen.deploy.plan import Plan
    from sitegen.deploy.target import Target

    Progress = Callable[[str, int, int], None]


class Stopped(KeyboardInterrupt):
    """A deploy that was interrupted; its text says what is there and what is not."""


class _Done:
    """How far a deploy came."""

    def __init__(self, plan: Plan, progress: Progress) -> None:
        self._plan = plan
        self._progress = progress
        self.group = FIRST
        self.sent = 0  # of this group
        self.deleted = False

    def counted(self, sent: int) -> None:
        self.sent = sent
        self._progress(GROUPS[self.group], sent, len(self._plan.groups[self.group]))

    def counted_all(self, sent: int) -> None:
        self._progress("files", sent, self._plan.sent)

    def told(self, target: Target) -> str:
        """What is there and what is not."""
        if target.whole:
            return f"{target.seen}; deploy again to go on"
        plan, name = self._plan, GROUPS[self.group]
        total = len(plan.groups[self.group])
        up = [GROUPS[number] for number, files in enumerate(plan.groups[: self.group]) if files]
        if total and self.sent == total:
            up.append(name)
        elif total:  # what was on its way may have come there
            up.append(f"{self.sent} of {total} files of {name}, if not more")
        down = [GROUPS[number] for number in range(self.group + 1, len(GROUPS)) if plan.groups[number]]
        parts = [
            f"up are {', '.join(up)}" if up else "nothing was sent",
            f"not up: {', '.join(down)}" if down else "",
            "" if self.deleted else "nothing was deleted",
            "deploy again to go on",
        ]
        return "; ".join(filter(None, parts))


def carry_out(plan: Plan, target: Target, manifest: Manifest, message: str, progress: Progress) -> Manifest:
    """Do what *plan* says, and keep *manifest* with all files that are there then; that is the answer.

    Raises what the target raises, with what is up and what is not, and Stopped when a person ends it.
    """
    done = _Done(plan, progress)
    try:
        target.begin(written(msgspec.structs.replace(manifest, whole=False, files=plan.possible)))
        if plan.hurried:
            done.deleted = True
            target.delete(plan.hurried)
        tags: dict[str, str] = {}
        for done.group, files in enumerate(plan.groups if not target.whole else ()):
            done.sent = 0
            if files:
                tags.update(target.put(files, done.counted))
                done.sent = len(files)
        if target.whole and plan.sent:  # of which readers see no order
            tags.update(target.put([file for files in plan.groups for file in files], done.counted_all))
        if plan.deletes:
            done.deleted = True
            target.delete(plan.deletes)
        files_there = {
            path: msgspec.structs.replace(entry, tag=tags[path]) if path in tags else entry
            for path, entry in plan.after.items()
        }
        final = msgspec.structs.replace(manifest, whole=True, files=files_there)
        target.finish(written(final), message)
    except KeyboardInterrupt:
        raise Stopped(f"interrupted; {done.told(target)}") from None
    except SitegenError as error:
        first, *others = error.problems
        fix = "; ".join(filter(None, (first.fix, done.told(target))))
        raise type(error)([msgspec.structs.replace(first, fix=fix), *others]) from error
    return final

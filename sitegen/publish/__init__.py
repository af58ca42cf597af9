"""The output folder: staged beside, published when all of it is there, and holding nothing else.

With any error nothing is published, so the folder stays as it was.  Files are written beside their place and renamed
into it, and only if they differ, so a reader never meets half of one and an unchanged file keeps its time.  Before the
first rename a journal says what is to be done, so that what a build could not finish the next one does, first thing.
"""

from sitegen.publish.journal import complete_of
from sitegen.publish.output import Output, Published
from sitegen.publish.place import MARKER, STAGE, is_marked
from sitegen.publish.stages import stage_beside

__all__ = ["MARKER", "STAGE", "Output", "Published", "complete_of", "is_marked", "stage_beside"]

"""The last step: the built site is put where readers find it, in order, only what changed, and never by accident.

The parts: `run` is the use case; `plan` compares, `words` tells it, `stops` refuses it, `carry` carries it out; a
`target` is a place for the site, of one of the kinds in `targets`, and keeps a `manifest` of what it was given; `after`
looks whether it is there, and tells others.
"""

from sitegen.deploy.run import Order, Outcome, deploy, rolled_back
from sitegen.deploy.words import Telling, lines

__all__ = ["Order", "Outcome", "Telling", "deploy", "lines", "rolled_back"]

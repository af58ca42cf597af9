"""The last step: the built site is put where readers find it, in order, only what changed, and never by accident."""

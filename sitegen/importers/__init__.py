"""Stories from elsewhere, as drafts of this site: one module for each kind of source, and what they share.

A kind of source is a function that reads a file as `Copy`; `filing` makes articles of what any of them read.
"""

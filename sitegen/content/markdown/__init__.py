"""The text of a story: Markdown to HTML that is safe, valid and set well.

It loads markdown-it, so it is imported by the question that needs it: a build without changes does without.
"""

from sitegen.content.markdown.feed_html import feed_html
from sitegen.content.markdown.passed_on import is_passed_on
from sitegen.content.markdown.rendering import anchors, coverage, first_paragraph, inline, render, words

__all__ = ["anchors", "coverage", "feed_html", "first_paragraph", "inline", "is_passed_on", "render", "words"]

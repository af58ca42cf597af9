"""Page furniture: what a page of news has around its story, and what comes along when the story is copied.

A line is furniture if nothing but furniture is in it.  The list is short on purpose: what is not surely furniture
stays, as words that were dropped are harder to see than words that were kept.
"""

from __future__ import annotations

import re
from typing import Final

_POLICIES: Final = (
    (
        r"(?:(?:our|the|read our|see our)\s)?(?:privacy|cookies?|comments?|commenting|community|moderation|"
        r"corrections?|editorial|ethics|standards(?:\sboard)?)\s(?:polic(?:y|ies)|guidelines|notice|standards|rules)"
    ),
    r"(?:our\s)?terms\s(?:of\s(?:use|service)|(?:and|&)\sconditions)",
    r"do not sell (?:or share )?my (?:personal )?info(?:rmation)?",
    r"개인정보\s?처리\s?방침|이용\s?약관|댓글\s?(?:운영\s?)?(?:정책|원칙|규칙)|청소년\s?보호\s?정책",
)
_COUNTER: Final = r"\(?\d[\d,]*\s?/\s?\d[\d,]*\s?(?:자|글자|bytes?|char(?:acter)?s?(?:\sleft)?)\)?"
_COMMENTS: Final = (
    _COUNTER,
    r"\(\d[\d,]*\s?/\s?\d[\d,]*\)",
    r"(?:leave|write|post|add|view|show|hide|read|see)\s(?:a|your|all|the|more)?\s?comments?(?:\s\(?\d+\)?)?",
    (
        r"(?:to (?:write|leave|post|add) (?:a )?comments?,?\s)?please (?:log|sign) in(?: or (?:register|sign up))?"
        r"(?: to (?:one of the accounts|comment|post a comment|leave a comment|join the conversation))?"
    ),
    r"(?:log|sign) in(?: or (?:register|sign up))? to (?:comment|join the (?:conversation|discussion)|leave a comment)",
    r"log in to (?:[\w ]{0,30}(?:twitter|facebook)[\w ]{0,30})to connect|(?:help-image )?social comment\?|lock icon",
    r"(?:be the first to comment|join the (?:conversation|discussion)|share your (?:thoughts|opinion))",
    r"(?:what do you think|have your say)\??(?: (?:let us know )?in the comments(?: below)?)?",
    r"comments? (?:are|is) (?:closed|moderated|open)|(?:\d+|no|all) comments?|comments? \(\d+\)",
    r"댓글을?\s?(?:쓰기|달기|남기기|남겨\s?주세요|입력해\s?주세요|보기|등록|\(?\d+\)?개?)?",
    r"첫\s?댓글을\s?남겨\s?(?:주세요|보세요)",
    r"(?:댓글을\s작성하(?:려면|시려면)\s)?로그인(?:해\s?주세요|이\s필요합니다|\s후\s이용해\s?주세요)",
)
_SHARING: Final = (
    r"(?:share|print|e-?mail|save|bookmark|copy)(?: this)?(?: (?:article|story|page|link|url))?",
    (
        r"(?:share|tweet|post) (?:this )?(?:article )?(?:on|via|to|with) "
        r"(?:facebook|twitter|x|linkedin|whatsapp|e-?mail|kakao\s?talk)"
    ),
    r"facebook|twitter|linkedin|whatsapp|kakao\s?talk|카카오톡|페이스북|트위터",
    r"(?:listen to|gift|save) this (?:article|story)|font size|text size|글자\s?(?:크기|작게|크게)|가",
    r"기사\s?(?:공유|스크랩|저장)|공유하기|스크랩|인쇄(?:하기)?|URL\s?복사",
)
_SELLING: Final = (
    r"advertisement|advertising|story continues below advertisement|article continues below|광고",
    r"(?:sign up|subscribe)(?: now| here| today)?(?: (?:for|to) (?:our|the)(?: [\w-]+){0,3} newsletters?)?\.?",
    r"구독(?:하기)?",
    r"(?:back|return|scroll) to top|skip (?:to|advertisement)[\w\s]*|맨\s?위로",
    r"more (?:in|from) [\w &-]{2,30}|related (?:stories|articles|news):?|관련\s?기사",
    r"(?:most (?:read|popular|viewed)|trending(?: now)?|많이 본 (?:뉴스|기사))",
)
_RIGHTS: Final = (
    r"(?:copyright|copyrights|©|ⓒ|\(c\)|저작권자)(?:\s|ⓒ|©|\(c\)).{0,150}",
    r"all rights reserved\.?|(?:본\s기사의\s)?무단\s?(?:전재|복제).{0,40}금지\.?",
)
_ENDS: Final = (r"-\s?30\s?-|#\s?#\s?#|-{0,3}\s?\(?(?:ends?|more|끝)\)?\s?-{0,3}",)

_FURNITURE: Final = {
    "a comment box": _COMMENTS,
    "a link to a policy": _POLICIES,
    "a button for sharing": _SHARING,
    "an advertisement": _SELLING,
    "a notice of rights": _RIGHTS,
    "a mark of the end": _ENDS,
}
_JOINT: Final = r"[\s|·•,.:>›/-]*"
_KINDS: Final = {
    kind: re.compile(rf"(?<!\w)(?:{'|'.join(f'(?:{pattern})' for pattern in patterns)})(?!\w)", re.IGNORECASE)
    for kind, patterns in _FURNITURE.items()
}
_ONLY: Final = re.compile(
    f"{_JOINT}(?:(?:{'|'.join(f'(?:{pattern})' for patterns in _FURNITURE.values() for pattern in patterns)}){_JOINT})"
    "{1,6}",
    re.IGNORECASE,
)
_AT_END: Final = re.compile(rf"\s+{_COUNTER}\s*\Z", re.IGNORECASE)
_LONGEST: Final = 200


def furniture(line: str) -> str:
    """What kind of furniture *line* is: ``a comment box``; ``""`` if it may be words of the story."""
    words = " ".join(line.split())
    if not words or len(words) > _LONGEST or not _ONLY.fullmatch(words):
        return ""
    return next((kind for kind, pattern in _KINDS.items() if pattern.search(words)), "")


def without_counter(line: str) -> str:
    """*line* without the counter of a comment box that was pasted behind its words: ``(0/250자)``."""
    return _AT_END.sub("", line)

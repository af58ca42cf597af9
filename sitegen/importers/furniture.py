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
    r"(?:what do you think|have your say)(?: below)?[?!.]?(?: (?:let us know )?in the comments(?: below)?)?[.!]?",
    r"comments? (?:are|is) (?:closed|moderated|open)|(?:\d+|no|all) comments?|comments? \(\d+\)",
    r"댓글을?\s?(?:쓰기|달기|남기기|남겨\s?주세요|입력해\s?주세요|보기|등록|\(?\d+\)?개?)?",
    r"첫\s?댓글을\s?남겨\s?(?:주세요|보세요)",
    r"(?:댓글을\s작성하(?:려면|시려면)\s)?로그인(?:해\s?주세요|이\s필요합니다|\s후\s이용해\s?주세요)",
)
_SERVICES: Final = (
    r"facebook|twitter|linked\s?in|whatsapp|pinterest|instagram|telegram|mastodon|bluesky|threads|flipboard|"
    r"messenger|reddit|kakao\s?(?:talk|story)|카카오\s?(?:톡|스토리)|페이스북|트위터|인스타그램|텔레그램|밴드|"
    r"네이버\s?(?:블로그|밴드)?"
)
_BUTTONS: Final = (
    r"share|print|e-?mail|save|bookmark|copy|tweet|copy\s(?:link|url)|(?:링크|URL)\s?복사|공유(?:하기)?|"
    r"스크랩(?:하기)?|인쇄(?:하기)?|프린트|메일"
)
_BESIDE_BUTTONS: Final = (
    r"x|line|라인|band|link|url|sms|rss|more|주소|더\s?보기|구독|번역|가|photo|image|사진|subscribe|register|donate|"
    r"menu|search|close|log\sin|sign\sin|로그인|닫기"
)
_SOCIAL: Final = rf"(?:{_SERVICES}|x|youtube|tiktok)"
_SHARING: Final = (
    rf"(?:{_BUTTONS})(?: this)? (?:article|story|page|link|url)",
    r"share(?: this)?|공유하기|스크랩(?:하기)?|인쇄하기|(?:링크|URL)\s?복사",
    rf"(?:share|tweet|post) (?:this )?(?:article |story )?(?:on|via|to|with) (?:{_SOCIAL}|e-?mail)",
    rf"(?:follow|like|join|find) us (?:on|at) {_SOCIAL}(?:(?:,| and|, and| &) {_SOCIAL}){{0,4}}[.!]?",
    r"(?:listen to|gift|save|print) this (?:article|story)",
    r"font size|text size|글자\s?(?:크기|작게|크게)",
    r"기사\s?(?:공유|스크랩|저장|듣기)|음성으로\s?듣기|본문\s?듣기",
    r"\d[\d.,]*\s?[km]?\s(?:shares?|views?|likes?|reads?|claps)",
    r"(?:shares?|views?|likes?)\s?:?\s?\d[\d.,]*\s?[km]?",
    r"(?:조회(?:\s?수)?|좋아요|공감|공유)\s?:?\s?\(?\d[\d,]*\)?\s?[회개명건]?",
    r"\d{1,3}(?:\s|-)min(?:ute)?s?\sread",
    r"(?:estimated )?read(?:ing)? time:? \d{1,3} min(?:ute)?s?\.?",
)
_NEWSLETTER: Final = (
    r"(?:newsletters?|e-?mail (?:alerts|updates)|(?:news|push) alerts|(?:morning|daily|evening|weekly) briefing)"
)
_SELLING: Final = (
    r"(?:advertisement|advertising|sponsored content|광고)(?:\s?\([^)]{0,20}\))?",
    r"(?:story|article) continues below(?: advertisement)?",
    r"continue reading(?: below)?|(?:show|load) more(?: (?:stories|articles))?",
    (
        rf"(?:sign up|subscribe)(?: (?:now|here|today|free))?(?: (?:for|to)(?: [\w’'&-]+){{0,6}} {_NEWSLETTER})?"
        r"(?: (?:now|here|today|for free))?[.!]?"
    ),
    (
        r"(?:sign up|subscribe)(?: (?:now|here|today))? to (?:read|continue|keep) "
        r"(?:reading|the (?:full|rest)[\w ]{0,20}|more)[.!]?"
    ),
    r"(?:get|receive) (?:our|the)(?: [\w’'&-]+){0,7} (?:in|to) your inbox[.!]?",
    (
        r"(?:already|not) a (?:subscriber|member)(?: yet)?\?"
        r"(?: (?:log|sign) (?:in|up)(?: here)?\.?| subscribe(?: now| here)?\.?)?"
    ),
    (
        r"this (?:article|story|content) is (?:only )?(?:for|available to) (?:our )?(?:paid |paying )?"
        r"(?:subscribers|members)(?: only)?\.?"
    ),
    r"you have (?:\d+|one|two|three|no) (?:free )?(?:articles?|stories) (?:left|remaining)(?: this month)?\.?",
    r"(?:become a (?:member|subscriber)|support (?:our|independent) journalism)(?: (?:today|now|here))?[.!]?",
    r"download (?:our|the) app(?: (?:now|today))?[.!]?",
    r"click here to (?:subscribe|sign up|read more|download[\w ]{0,20})[.!]?",
    r"(?:[\w·]{1,20}\s)?구독(?:하기|\s?신청|하세요)!?|뉴스레터\s?(?:구독|신청)(?:하기)?",
    r"(?:back|return|scroll) to top|맨\s?위로",
    r"skip (?:to [\w ]{1,30}|advertisement|ad)",
    r"(?:next|previous) (?:article|story)|(?:이전|다음)\s?기사",
    r"more (?:in|from) (?-i:[A-Z])[\w &-]{1,30}",
    (
        r"(?:read more|read also|also read|read next|see also|more on this (?:story|topic)|"
        r"related (?:stor(?:y|ies)|articles?|news|coverage)|관련\s?(?:기사|뉴스)|(?:기사\s?)?더\s?보기)"
        r"(?:\s?[\]】]?\s?[:：>»→]+\s?(?:[^.!?]|\.(?=\w)){0,140}\??)?"
    ),
    r"(?:most (?:read|popular|viewed)|trending(?: now)?|많이 본 (?:뉴스|기사))",
)
_SIGN: Final = r"(?:ⓒ|©|\(c\)|\bc(?=\s))"
_RIGHTS: Final = (
    rf"(?:copyrights?|저작권자)\W{{0,4}}(?:{_SIGN}|\d{{4}}|by\b).{{0,150}}",
    r"[©ⓒ]\s?(?:\d{4}|(?-i:[A-Z가-힣])).{0,150}|\(c\)\s?(?:copyright|\d{4}).{0,150}",
    r"(?:(?-i:[A-Z])[\w .,&-]{0,50}\d{4}[.,]? )?all rights reserved\.?",
    r"(?:본\s?기사(?:는|의)?\s|본지\s)?무단\s?(?:전재|복제|배포).{0,40}금지\.?",
)
_PICTURE: Final = r"(?:photo(?:graph)?s?|images?|pictures?|graphics?|illustrations?|사진|그래픽|자료\s?사진|이미지)"
_ENLARGED: Final = (
    r"(?:open|view|enlarge|expand) (?:the )?(?:image|photo|picture|gallery)(?: in (?:new tab|gallery|fullscreen))?"
)
_PICTURES: Final = (
    (
        rf"{_PICTURE}(?:\s(?:credits?|courtesy|제공|출처))?(?:\s?[:：=/]\s?|\s(?:by|courtesy of)\s)"
        r"(?-i:[A-Z@][^\s.!?]*(?:[\s/]+(?:[A-Z@][^\s.!?]*|of|the|for|via|and|/|&)){0,7}|"
        r"[가-힣][^\s.!?]*(?:\s[가-힣][^\s.!?]*){0,2})"
    ),
    r"(?:(?:AFP|AP|Reuters|EPA|Yonhap|연합뉴스|뉴스1|뉴시스)\s?/?\s?)?(?:Getty Images|Shutterstock)",
    r"게티이미지(?:뱅크|코리아)?",
    _ENLARGED,
    r"(?:사진|이미지)\s?(?:확대|크게\s?보기)",
)
_ENDS: Final = (
    r"-\s?30\s?-|#\s?#\s?#|-{1,3}\s?\(?(?:ends?|more|끝)\)?\s?-{0,3}",
    r"\((?:ends?|more|끝)\)|ends|끝|(?-i:END|MORE)",
)

_FURNITURE: Final = {
    "a comment box": _COMMENTS,
    "a link to a policy": _POLICIES,
    "a notice of rights": _RIGHTS,
    "a button for sharing": _SHARING,
    "an advertisement": _SELLING,
    "the credit of a picture": _PICTURES,
    "a mark of the end": _ENDS,
}
_JOINT: Final = r"[\s|·•ㆍ,.:;<>›»→▶▷■\[\]【】()※*/-]*"
_KINDS: Final = {
    kind: re.compile(rf"(?<!\w)(?:{'|'.join(f'(?:{pattern})' for pattern in patterns)})(?!\w)", re.IGNORECASE)
    for kind, patterns in _FURNITURE.items()
}
_ANY: Final = "|".join(f"(?:{pattern})" for patterns in _FURNITURE.values() for pattern in patterns)
_ONLY: Final = re.compile(rf"{_JOINT}(?:(?:{_ANY})(?!\w){_JOINT}){{1,8}}", re.IGNORECASE)
# Words that are buttons beside other furniture, or in a row; alone they may be words of the story.
_ROW: Final = re.compile(
    rf"{_JOINT}(?:(?:{_BUTTONS}|{_SERVICES}|{_BESIDE_BUTTONS})(?!\w){_JOINT}){{1,14}}", re.IGNORECASE
)
_AT_END: Final = re.compile(rf"\s+{_COUNTER}\s*\Z", re.IGNORECASE)
_LONGEST: Final = 200
_BUTTON: Final = "a button"


def furniture(line: str) -> str:
    """What kind of furniture *line* is: ``a comment box``; ``""`` if it may be words of the story."""
    words = " ".join(line.split())
    if not words or len(words) > _LONGEST:
        return ""
    if _ONLY.fullmatch(words):
        return next((kind for kind, pattern in _KINDS.items() if pattern.search(words)), _BUTTON)
    return _BUTTON if _is_row(words) else ""


def _is_row(words: str) -> bool:
    """Whether *words* are those of buttons in a row; with commas, they are a list in a story."""
    least = 2 if re.search(r"[|·•ㆍ]", words) else 3
    return "," not in words and len(re.findall(r"\w+", words)) >= least and bool(_ROW.fullmatch(words))


def kinds(lines: list[str]) -> list[str]:
    """What kind of furniture each of *lines* is, as above; a word on a button is one beside other furniture.

    The first line with words is the headline, whatever it says but what is surely furniture.
    """
    found = [furniture(line) for line in lines]
    filled = [index for index, line in enumerate(lines) if line]
    for order in (filled[1:], filled[:0:-1]):
        is_beside = False
        for index in order:
            if not found[index] and is_beside and len(lines[index]) <= _LONGEST and _ROW.fullmatch(lines[index]):
                found[index] = _BUTTON
            is_beside = bool(found[index])
    return found


def without_counter(line: str) -> str:
    """*line* without the counter of a comment box that was pasted behind its words: ``(0/250자)``."""
    return _AT_END.sub("", line)

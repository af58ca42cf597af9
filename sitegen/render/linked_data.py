"""Structured data: what a page is in the words of schema.org, as JSON-LD (https://schema.org/docs/news.html).

Whatever is said here stands on the page as well; what is not known is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from sitegen.render.dates import iso_text
from sitegen.render.emails import mailto
from sitegen.render.xml import in_script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sitegen.model.article import Article, Correction, Image
    from sitegen.model.settings import Publisher
    from sitegen.model.taxonomy import Author, Credit
    from sitegen.render.metadata import Facts

Data: TypeAlias = dict[str, Any]
"""An object of JSON."""

TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "news": ("NewsArticle",),
    "analysis": ("NewsArticle", "AnalysisNewsArticle"),
    "opinion": ("NewsArticle", "OpinionNewsArticle"),
    "explainer": ("NewsArticle", "BackgroundNewsArticle"),
    "feature": ("NewsArticle", "ReportageNewsArticle"),
    "live": ("NewsArticle",),
    "sponsored": ("Article", "AdvertiserContentArticle"),
}
"""The types of a story, by its kind: first the one that search engines know
(https://developers.google.com/search/docs/appearance/structured-data/article), then what it is more exactly."""

POLICIES: Final[Mapping[str, str]] = {
    "corrections": "correctionsPolicy",
    "ethics": "ethicsPolicy",
    "masthead": "masthead",
    "ownership": "ownershipFundingInfo",
    "verification": "verificationFactCheckingPolicy",
    "sources": "unnamedSourcesPolicy",
    "feedback": "actionableFeedbackPolicy",
    "diversity": "diversityPolicy",
    "mission": "missionCoveragePrioritiesPolicy",
    "bylines": "noBylinesPolicy",
    "principles": "publishingPrinciples",
}
"""The property of a news organization for each policy that schema.org knows."""

_CONTEXT: Final = "https://schema.org"


def organization(publisher: Publisher, name: str, url: str, logo: str, policies: Iterable[tuple[str, str]]) -> str:
    """The publisher as JSON, of a site called *name* at *url*; *logo* and *policies* have absolute addresses."""
    known = {POLICIES[policy]: address for policy, address in policies if policy in POLICIES}
    data = {"@type": "NewsMediaOrganization", "name": publisher.name or name, "url": url, "logo": logo, **known}
    return _encoded(_present(data))


def document(facts: Facts, publisher: str, coverage: Data) -> str:
    """The JSON-LD of a page, safe in a script element, or ``""``; *publisher* is as `organization` says it.

    *coverage* is what is special of a live story.

    It is one document, as not every reader knows what to do with several.
    """
    if facts.article:
        data = {**story(facts, facts.article, publisher), **coverage}
    elif facts.author:
        data = _profile(facts, facts.author, publisher)
    elif facts.kind == "home":
        data = msgspec.json.decode(publisher)
    else:
        data = _breadcrumbs(facts)
    return in_script(_encoded({"@context": _CONTEXT, **data})) if data else ""


def story(facts: Facts, article: Article, publisher: str) -> Data:
    """The story on a page."""
    types = TYPES[article.kind]
    return _present(
        {
            "@type": types if len(types) > 1 else types[0],
            "headline": facts.title,
            "url": facts.url,
            "mainEntityOfPage": {"@type": "WebPage", "@id": facts.url, "breadcrumb": _breadcrumbs(facts)},
            "inLanguage": facts.lang,
            "datePublished": iso_text(article.published) if article.published else "",
            "dateModified": iso_text(article.modified) if article.modified else "",
            "expires": iso_text(article.expires) if article.expires else "",
            "description": facts.summary,
            "image": _picture(facts.image) if facts.image else None,
            "author": [_person(credit) for credit in facts.credits],
            "potentialAction": [_contact(address) for address in _shared(facts)],
            **_partner(facts, article),
            "publisher": msgspec.Raw(publisher.encode()),
            "articleSection": facts.section,
            "keywords": facts.tags,
            "dateline": article.dateline,
            "isAccessibleForFree": True,
            "creativeWorkStatus": "Retracted" if article.retracted else "",
            "correction": [
                _correction(facts.url, note, kind)
                for note, kind in zip(article.corrections, facts.notes, strict=True)
                if note.kind != "update"
            ],
            "isBasedOn": [*_origin(article), *filter(None, (article.based_on,))],
        }
    )


def _person(credit: Credit) -> Data:
    """An author: the name alone is the name; what they do and where they are have properties of their own."""
    return _present(
        {
            "@type": "Person",
            "name": credit.name,
            "url": credit.url,
            "jobTitle": credit.role,
            "email": credit.email,
            "sameAs": [address for address in credit.elsewhere if address != credit.url],
        }
    )


def _shared(facts: Facts) -> list[str]:
    """The e-mail addresses of a story that are no author's own."""
    own = {credit.email for credit in facts.credits}
    return [address for address in facts.contacts if address not in own]


def _contact(address: str) -> Data:
    """That one may write to *address* about a story: only persons and organizations have addresses of their own."""
    return {"@type": "CommunicateAction", "target": mailto(address)}


def _partner(facts: Facts, article: Article) -> Data:
    """Whom a story was made with; whoever a sponsored one was made with has paid for it."""
    partner = article.partner
    if not partner:
        return {}
    found = _present({"@type": "Organization", "name": partner.name, "url": partner.url})
    return {"sponsor" if article.kind == "sponsored" else "contributor": found, "creditText": facts.partner}


def _picture(image: Image) -> Data:
    return _present(
        {
            "@type": "ImageObject",
            "url": image.src,
            "width": _pixels(image.width),
            "height": _pixels(image.height),
            "caption": image.caption,
            "creditText": image.credit,
        }
    )


def _pixels(number: int) -> Data | None:
    """A number of pixels, whose unit is E37 in UN/CEFACT's common codes: a number alone is no quantity there."""
    return {"@type": "QuantitativeValue", "value": number, "unitCode": "E37"} if number else None


def _correction(url: str, note: Correction, kind: str) -> Data:
    """A note that puts something right, called what its *kind* is; new facts, which are an update, correct nothing."""
    return {
        "@type": "CorrectionComment",
        "name": kind,
        "text": note.text,
        "datePublished": iso_text(note.date),
        "url": f"{url}#{note.id}",
    }


def _origin(article: Article) -> Iterator[Data]:
    """The original of a republished story."""
    if article.syndicated:
        publisher = {"@type": "Organization", "name": article.syndicated.name}
        yield _present({"@type": "CreativeWork", "url": article.syndicated.url, "publisher": publisher})


def _profile(facts: Facts, author: Author, publisher: str) -> Data:
    """The page of an author (https://developers.google.com/search/docs/appearance/structured-data/profile-page)."""
    person = {
        "@type": "Person",
        "name": author.name,
        "url": facts.url,
        "jobTitle": author.role,
        "description": facts.summary,
        "image": author.picture,
        "email": author.email,
        "sameAs": [address for address in (author.url, *(link.url for link in author.links)) if address],
        "worksFor": msgspec.Raw(publisher.encode()),
    }
    return {
        "@type": "ProfilePage",
        "url": facts.url,
        "inLanguage": facts.lang,
        "breadcrumb": _breadcrumbs(facts),
        "mainEntity": _present(person),
    }


def _breadcrumbs(facts: Facts) -> Data:
    """The way to a page (https://developers.google.com/search/docs/appearance/structured-data/breadcrumb)."""
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": {"@type": "WebPage", "@id": url}}
        for number, (name, url) in enumerate(facts.trail, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items} if items else {}


def _present(data: Data) -> Data:
    """*data* without what is not known."""
    return {key: value for key, value in data.items() if value}


def _encoded(data: Data) -> str:
    return msgspec.json.encode(data).decode()

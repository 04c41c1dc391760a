"""What the HTTP API takes and gives, as pydantic models: they check bodies and make the OpenAPI document."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from index.datatypes import Filter
from qa.asking import AskRequest as AskRequest
from qa.asking import SentDay
from qa.datatypes import Composer, Reason
from qa.fields import FieldError


class CitationReply(BaseModel):
    """A verified quote: `text[start:end] == quote` in the article whose text has this `sha256`."""

    marker: int = Field(description="Number from 1 in order of use; stands in `answer` as `[1]`.", examples=[1])
    article_id: str = Field(description="Id of the article, as in /articles/{article_id}.", examples=["loket-2026"])
    passage_id: str = Field(description="Id of the passage that led to the quote.", examples=["loket-2026#3"])
    title: str = Field(description="Title of the article.", examples=["Loket Terpadu Buka Sampai Malam"])
    publisher: str | None = Field(description="Who published the article; null when unknown.", examples=["Kabar Kota"])
    published: date | None = Field(description="Day of publication (YYYY-MM-DD); null when unknown.", examples=["2026-01-02"])
    published_is_estimate: bool = Field(description="Whether the day is inferred, for example from the event's date.", examples=[False])
    url: str | None = Field(description="Where the publisher shows the article; null when unknown.", examples=["https://kabar.example/loket"])
    quote: str = Field(description="The quoted text, character for character.", examples=["Loket itu melayani 1.250 warga setiap hari."])
    start: int = Field(description="Where the quote begins in the article's text, in Unicode code points from 0.", examples=[61])
    end: int = Field(description="Where the quote ends (exclusive), in Unicode code points from 0.", examples=[104])
    sha256: str = Field(
        description="Hex SHA-256 of the UTF-8 of the article's whole text.", examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
    )
    also_in: list[str] = Field(description="Ids of near-duplicates of the article that hold the quote too, word for word.", examples=[["loket-2026-salinan"]])


class PassageReply(BaseModel):
    """A retrieved passage: some consecutive sentences of an article."""

    passage_id: str = Field(description="Id of the passage.", examples=["loket-2026#3"])
    article_id: str = Field(description="Id of its article.", examples=["loket-2026"])
    text: str = Field(
        description="The passage, character for character.", examples=["Loket itu melayani 1.250 warga setiap hari. Pegawai bekerja dalam dua giliran."]
    )
    start: int = Field(description="Where it begins in the article's text, in Unicode code points from 0.", examples=[61])
    end: int = Field(description="Where it ends (exclusive), in Unicode code points from 0.", examples=[104])
    score: float = Field(description="Fused retrieval score without unit, 0 to 1, higher is better; only comparable within one reply.", examples=[0.87])
    rank: int = Field(description="Place in the ranking, from 1.", examples=[1])
    also_in: list[str] = Field(
        description="Ids of near-duplicates of the article; of such a group only the article with the best passage is ranked.",
        examples=[["loket-2026-salinan"]],
    )


class DatedFactReply(BaseModel):
    """One value of a fact and when it was reported."""

    value: str = Field(description="The value, as the article words it.", examples=["1.250"])
    published: date | None = Field(description="Day of the article that states it.", examples=["2026-01-02"])
    marker: int = Field(description="The citation that proves it.", examples=[1])
    current: bool = Field(description="Whether it is the latest value (on the day `as_of`, if given).", examples=[True])


class CoverageReply(BaseModel):
    """What the collection holds."""

    articles: int = Field(description="Number of articles.", examples=[120])
    publishers: list[str] = Field(description="Names of all publishers.", examples=[["Kabar Kota", "Warta Pagi"]])
    first_published: date | None = Field(description="Day of the oldest dated article.", examples=["2023-03-13"])
    last_published: date | None = Field(description="Day of the newest dated article.", examples=["2026-01-02"])


class AbstentionReply(BaseModel):
    """An honest no."""

    reason: Reason = Field(description="Why there is no answer.")
    message: str = Field(
        description="The reason in a sentence, in the question's language; equals `answer`.",
        examples=["Tidak ditemukan: artikel yang ada tidak memuat jawabannya."],
    )
    nearest: list[PassageReply] = Field(description="The passages that came nearest, best first.")
    coverage: CoverageReply = Field(description="What the collection does cover.")


class PartReply(BaseModel):
    """One of several things that a question asks for."""

    question: str = Field(description="The part of the question.", examples=["Berapa warga yang dilayani loket terpadu?"])
    short_answer: str | None = Field(description="The bare answer to it, as in `short_answer`.", examples=["1.250"])
    marker: int | None = Field(description="The citation that tells it; null when no cited article does.", examples=[1])


class IndexReply(BaseModel):
    """Which index answered."""

    generation: str = Field(description="Name of the built index; changes with every build.", examples=["20260103T000000000000-1f2e3d4c"])
    articles: int = Field(description="Number of articles.", examples=[120])
    passages: int = Field(description="Number of passages.", examples=[1840])
    encoder: str = Field(description="Name of the encoder.", examples=["in-the-box"])


class AnswerReply(BaseModel):
    """An answer with citations, or an abstention; never both."""

    request_id: str = Field(description="Id of this request, also in the header X-Request-ID.", examples=["5f0c1d2e3b4a59687786959493a2b1c0"])
    question: str = Field(description="The question as understood (stripped).", examples=["Berapa warga yang dilayani loket terpadu?"])
    language: Literal["id", "en"] = Field(description="Language of the question; decides the framing texts.")
    answer: str = Field(
        description="Verbatim sentences with markers such as `[1]`, or the abstention's message.",
        examples=["Menurut Kabar Kota (2 Januari 2026): “Loket itu melayani 1.250 warga setiap hari.” [1]"],
    )
    short_answer: str | None = Field(description="The bare answer (a name, a number, a date) when the question asks for one.", examples=["1.250"])
    confidence: float = Field(
        ge=0,
        le=1,
        description="Calibrated probability that the answer is right, 0 to 1; with composer `llm` what the language model says of itself.",
        examples=[0.91],
    )
    composer: Composer = Field(description="Who chose the quotes.")
    abstained: bool = Field(description="Whether no answer was found.", examples=[False])
    abstention: AbstentionReply | None = Field(description="Set exactly when `abstained` is true.")
    citations: list[CitationReply] = Field(description="The quotes used, in order of their markers.")
    timeline: list[DatedFactReply] = Field(description="Values of the fact asked for, by date; empty when it never changed.")
    passages: list[PassageReply] = Field(description="The final ranking, best first, at most `top_k`.")
    index: IndexReply = Field(description="The index that was searched, so that an answer can be traced.")
    timing_ms: dict[str, float] = Field(
        description="Milliseconds of each stage, and `total`.", examples=[{"retrieve": 14.2, "read": 301.7, "verify": 0.4, "compose": 0.1, "total": 316.5}]
    )
    unmentioned: list[str] = Field(
        description="Names in the question that no cited article mentions, in any spelling known; in an abstention, no article that was read.",
        examples=[[]],
    )
    parts: list[PartReply] = Field(description="What a question for several things asks for, in its order; empty for one thing.", examples=[[]])


class VerifyCitation(BaseModel):
    """The part of a citation that is checked."""

    model_config = ConfigDict(strict=True)

    marker: int = Field(description="Number of the citation.", examples=[1])
    article_id: str = Field(description="Id of the article that is said to hold the quote.", examples=["loket-2026"])
    quote: str = Field(description="The quote to look for.", examples=["Loket itu melayani 1.250 warga setiap hari."])
    start: int = Field(ge=0, description="Where it is said to begin, in Unicode code points from 0.", examples=[61])
    end: int = Field(ge=0, description="Where it is said to end (exclusive).", examples=[104])
    sha256: str = Field(
        description="Hex SHA-256 that the article's whole text is said to have.", examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
    )


class VerifyRequest(BaseModel):
    """A whole reply of /ask (at most 1 MiB); fields other than these are ignored."""

    model_config = ConfigDict(strict=True)

    citations: list[VerifyCitation] = Field(max_length=100, description="The citations to check, at most 100; no reply has more.")
    abstained: bool = Field(False, description="Whether the reply abstained, so that it rightly has no citations.", examples=[False])


class CitationStatus(BaseModel):
    """What became of one citation."""

    marker: int = Field(description="Number of the citation.", examples=[1])
    status: Literal["found", "misattributed", "not_found"] = Field(
        description="found: stands there; misattributed: stands elsewhere; not_found: stands nowhere in the collection."
    )


class VerifyReply(BaseModel):
    """Whether every quote stands where the reply says."""

    verified: bool = Field(description="True when every citation was found and there is one, unless the reply abstained.", examples=[True])
    citations: list[CitationStatus] = Field(description="One status for each citation, in the order sent.")


class ArticleListItem(BaseModel):
    """An article without its text."""

    article_id: str = Field(description="Id of the article.", examples=["loket-2026"])
    title: str = Field(description="Title of the article.", examples=["Loket Terpadu Buka Sampai Malam"])
    publisher: str | None = Field(description="Who published it; null when unknown.", examples=["Kabar Kota"])
    published: date | None = Field(description="Day of publication (YYYY-MM-DD); null when unknown.", examples=["2026-01-02"])
    published_is_estimate: bool = Field(description="Whether the day is inferred.", examples=[False])
    url: str | None = Field(description="Where the publisher shows it; null when unknown.", examples=["https://kabar.example/loket"])


class ArticleReply(ArticleListItem):
    """A stored article with its whole text."""

    text: str = Field(
        description="The whole text; offsets of quotes count its Unicode code points.",
        examples=["Loket terpadu dibuka pada Senin pagi oleh wali kota di balai.\n\nLoket itu melayani 1.250 warga setiap hari."],
    )
    sha256: str = Field(description="Hex SHA-256 of the text's UTF-8.", examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])


class ArticleListReply(BaseModel):
    """One page of the articles that pass the filter, newest first; of a search, best match first."""

    articles: list[ArticleListItem] = Field(description="The articles of this page.")
    total: int = Field(description="Number of articles that pass the filter; of a search, those among its 400 best passages.", examples=[120])
    page: int = Field(description="This page, from 1.", examples=[1])
    pages: int = Field(description="Number of pages.", examples=[3])


class HealthReply(BaseModel):
    """The process lives."""

    status: Literal["ok"] = Field(description="Always `ok`.")
    version: str = Field(description="Version of the service.", examples=["0.1.0"])


class ReadyReply(BaseModel):
    """The index can be read."""

    status: Literal["ready"] = Field(description="Always `ready`.")
    generation: str = Field(description="Generation of the index that is served.", examples=["20260103T000000000000-1f2e3d4c"])
    articles: int = Field(description="Number of articles in it.", examples=[120])


class Problem(BaseModel):
    """An error as RFC 9457 says, sent as application/problem+json."""

    type: str = Field("about:blank", description="Kind of problem; about:blank when the status says it all.", examples=["about:blank"])
    title: str = Field(description="The status in words.", examples=["Unprocessable Entity"])
    status: int = Field(description="The HTTP status.", examples=[422])
    detail: str = Field(
        description="What went wrong and what to do, in a full sentence.", examples=["Cannot use top_k: got 51; input should be less than or equal to 50."]
    )
    instance: str | None = Field(None, description="Id of the request, for the operator's log.", examples=["5f0c1d2e3b4a59687786959493a2b1c0"])
    errors: list[FieldError] | None = Field(None, description="The fields at fault; only with 422.")


class ArticlePath(BaseModel):
    """Which article."""

    article_id: str = Field(description="Id of the article: letters, digits, `.`, `_`, `-`, at most 128.")


class ArticleQuery(BaseModel):
    """What the article page highlights; the JSON form ignores it."""

    start: list[int] = Field([], description="Where a highlighted range begins, in code points from 0; may be repeated.")
    end: list[int] = Field([], description="Where it ends (exclusive); as many as `start`. Ranges outside the text are ignored.")


class ArticlesQuery(BaseModel):
    """Which articles, and which page of their list; an empty value is none, as forms send it."""

    page: int = Field(1, ge=1, le=1_000_000, description="Page of the list, from 1.")
    search: str = Field("", max_length=200, description="Words to look for in titles and texts; the best match comes first. At most 200 characters.")
    published_from: SentDay = Field(None, description="First day of publication that counts (inclusive).")
    published_to: SentDay = Field(None, description="Last day of publication that counts (inclusive).")
    publishers: list[str] = Field([], max_length=100, description="Only these publishers, whole names; may be repeated. None means all.")

    def to_filter(self) -> Filter:
        """Return the dates and publishers as a filter."""
        return Filter(self.published_from, self.published_to, tuple(p for p in self.publishers if p) or None)

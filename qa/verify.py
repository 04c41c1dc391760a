"""Re-check the citations of an earlier answer against the stored articles; needs no model."""

from contextlib import closing
from pathlib import Path

from pydantic import ValidationError

from index.datatypes import SearchIndex
from index.engines import open_served
from index.errors import InputError
from qa.citations import CitationClaim, Status, check_citations
from qa.fields import FieldsError
from qa.schemas import CitationStatus, VerifyReply, VerifyRequest
from qa.settings import Settings


def verify_reply(index: SearchIndex, reply: VerifyRequest) -> VerifyReply:
    """Return the status of each citation; a reply that claims an answer without any is not verified."""
    claims = [CitationClaim(c.marker, c.article_id, c.quote, c.start, c.end, c.sha256) for c in reply.citations]
    statuses = check_citations(claims, index)
    verified = all(s is Status.FOUND for s in statuses) and bool(statuses or reply.abstained)
    return VerifyReply(verified=verified, citations=[CitationStatus(marker=c.marker, status=s.value) for c, s in zip(claims, statuses, strict=True)])


def verify_file(path: Path, settings: Settings) -> VerifyReply:
    """Return what became of each citation in a reply of `/ask` saved as JSON.

    Raises `InputError` when the file is missing or no such reply, and the errors of `IndexUnavailableError`.
    """
    reply = _read(path)
    with closing(open_served(settings)) as index:
        return verify_reply(index, reply)


def _read(path: Path) -> VerifyRequest:
    try:
        return VerifyRequest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"The answer {str(path)!r} cannot be read ({error.strerror}); give a file with a reply of /ask.") from None
    except ValidationError as error:
        raise InputError(f"The file {str(path)!r} is no reply of /ask: {FieldsError.of(error)}.") from None

"""Re-check the citations of a saved answer against the stored articles; needs no model."""

from contextlib import closing
from pathlib import Path

from pydantic import ValidationError

from index.engines import open_served
from index.errors import InputError
from qa.citations import CitationClaim, Status, check_citation
from qa.fields import FieldsError
from qa.schemas import VerifyRequest
from qa.settings import Settings


def verify_file(path: Path, settings: Settings) -> list[tuple[int, Status]]:
    """Return (marker, status) of each citation in a reply of `/ask` saved as JSON.

    Raises `InputError` when the file is missing or no such reply, and the errors of `IndexUnavailableError`.
    """
    claims = _claims(path)
    with closing(open_served(settings)) as index:
        return [(claim.marker, check_citation(claim, index)) for claim in claims]


def _claims(path: Path) -> list[CitationClaim]:
    try:
        reply = VerifyRequest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"The answer {str(path)!r} cannot be read ({error.strerror}); give a file with a reply of /ask.") from None
    except ValidationError as error:
        raise InputError(f"The file {str(path)!r} is no reply of /ask: {FieldsError.of(error)}.") from None
    return [CitationClaim(c.marker, c.article_id, c.quote, c.start, c.end, c.sha256) for c in reply.citations]

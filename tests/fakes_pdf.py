"""PDF files written by hand: pages of lines in Helvetica, and a page that is only a picture, as scanners make them."""

import io
from collections.abc import Sequence

from pypdf import PdfReader, PdfWriter


def pdf_of(pages: Sequence[Sequence[str]], *, title: str = "", author: str = "") -> bytes:
    """A PDF whose pages hold these lines, 14 points apart; an empty line leaves a gap."""
    return _written([_text(lines) for lines in pages], title, author)


def scanned_pdf(pages: int = 2) -> bytes:
    """A PDF whose pages are one grey pixel each."""
    picture = b"q 500 0 0 700 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
    return _written([picture] * pages, "", "")


def encrypted_pdf(password: str) -> bytes:
    """A PDF that opens with a password only (RC4, which needs no further library)."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_of([["Sungai Kemuning dikeruk sepanjang tiga kilometer."]]))))
    writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _text(lines: Sequence[str]) -> bytes:
    brackets = str.maketrans({"(": r"\(", ")": r"\)"})
    shown = [f"({line.translate(brackets)}) Tj T*" if line else "T*" for line in lines]
    return f"BT /F1 11 Tf 14 TL 50 780 Td {' '.join(shown)} ET".encode("cp1252")


def _written(contents: Sequence[bytes], title: str, author: str) -> bytes:
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< /Title ({title}) /Author ({author}) >>".encode("latin-1"),
    ]
    for n, content in enumerate(contents):
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {6 + 2 * n} 0 R /Resources << /Font << /F1 3 0 R >> >> >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)

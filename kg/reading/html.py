"""HTML: the main content by trafilatura, with its headings, lists and tables; its meta tags as metadata."""

import re
from xml.etree import ElementTree

import trafilatura

from kg.errors import ReadError
from kg.reading.contents import Contents, ContentsWriter
from kg.reading.description import find_date
from kg.reading.problems import to_line

# Characters that XML cannot hold, written plainly or as entities: lxml gives up on them.
_INVALID = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef]));",
    re.IGNORECASE,
)
# Dates of meta tags and time elements only; trafilatura would guess from any number of the text.
_LINES = ("lb", "p", "head", "list", "item", "quote", "row", "cell")
_DATES = {"extensive_search": False, "original_date": True}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_html(page: str, where: str) -> Contents:
    """The contents of a page; text is what a reader sees of its main part.

    Raises:
        ReadError: there is no content in it.
    """
    page = _INVALID.sub(" ", _DECLARATION.sub("", page, count=1))
    try:
        found = trafilatura.extract(
            page,
            output_format="xml",
            with_metadata=True,
            include_tables=True,
            include_comments=False,
            favor_recall=True,
            date_extraction_params=_DATES,
        )
    except Exception as error:  # trafilatura and lxml raise what they like on broken pages
        raise ReadError(f"{where}: the page cannot be parsed: {to_line(error)}; save it again, or as text") from error
    if not found:
        raise ReadError(f"{where}: no readable content in this page; save the article itself, or give it as text")
    root = ElementTree.fromstring(found)
    writer = ContentsWriter()
    for element in root.iterfind("main/*"):
        _add(writer, element)
    title, publisher = root.get("title") or None, root.get("sitename") or None
    return Contents(writer.text, "text/html", writer.blocks, title, publisher, find_date(root.get("date") or ""))


def _add(writer: ContentsWriter, element: ElementTree.Element) -> None:
    if element.tag == "head":
        level = (element.get("rend") or "h2").lstrip("h")
        writer.add("heading", _text(element), level=int(level) if level.isdigit() else 2)
    elif element.tag == "list":
        for item in element.iter("item"):  # also those of the lists inside it
            writer.add("list", _text(item, skip="list").replace("\n", " "))
    elif element.tag == "table":
        writer.add_table([[_text(cell) for cell in row.iterfind("cell")] for row in element.iterfind("row")])
    elif element.tag != "graphic":
        for line in _text(element).split("\n"):
            writer.add("paragraph", line)


def _text(element: ElementTree.Element, *, skip: str = "") -> str:
    """The text of an element, a line for each of its parts; without elements of one kind."""
    parts = [element.text or ""]
    for child in element:
        inner = "" if child.tag == skip else _text(child, skip=skip)
        parts.append(f"\n{inner}\n" if child.tag in _LINES else inner)
        parts.append(child.tail or "")
    return "".join(parts)

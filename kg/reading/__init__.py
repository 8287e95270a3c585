"""Files, folders, standard input and URLs to reports: one module a format."""

from kg.reading.description import Description, find_date, read_manifest
from kg.reading.kinds import SUFFIXES
from kg.reading.report import read_report, report_from_text
from kg.reading.source import Source, find_sources, normalise_location

__all__ = [
    "SUFFIXES",
    "Description",
    "Source",
    "find_date",
    "find_sources",
    "normalise_location",
    "read_manifest",
    "read_report",
    "report_from_text",
]

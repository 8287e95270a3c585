"""The spaCy pipeline that finds names and relations in a report."""

from kg.extraction.pipeline import Extractor, Recogniser, RuleFiles

__all__ = ["Extractor", "Recogniser", "RuleFiles"]

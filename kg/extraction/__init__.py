"""The spaCy pipeline that finds names and relations in a report."""

from kg.extraction.pipeline import Extractor, RuleFiles

__all__ = ["Extractor", "RuleFiles"]

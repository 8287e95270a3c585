"""Errors a user can cause: each says where, what, and what to do.

KgError
├── ConfigError        a setting, file or flag that cannot be used
├── SeedError          seeds/: ontology, name lists, triggers
├── ReadError          one report that cannot be read; the run goes on without it
├── QueryError         a query that is unknown, badly written, or refused
└── StoreError         a store that cannot be opened, does not answer, or is in use
"""


class KgError(Exception):
    """Something the user can put right; its text is one line."""


class ConfigError(KgError):
    """A setting, file or flag that cannot be used."""


class SeedError(KgError):
    """A line of seeds/ that breaks its own rules."""


class ReadError(KgError):
    """A report that cannot be read."""


class QueryError(KgError):
    """A query that is unknown, badly written, or refused."""


class StoreError(KgError):
    """A store that cannot be opened, does not answer, or is in use."""

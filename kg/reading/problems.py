"""What goes into the one line of an error."""


def to_line(said: object) -> str:
    r"""What a path or an exception says, on one line; the kind of an exception that says nothing.

    >>> to_line(ValueError("not\n  a zip")), to_line(TimeoutError())
    ('not a zip', 'TimeoutError')
    """
    return " ".join(str(said).split()) or type(said).__name__

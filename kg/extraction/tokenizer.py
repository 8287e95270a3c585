"""Tokens of a Chinese report: a Latin word or a number whole, everything else by character."""

import re
from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import DummyTokenizer, registry
from spacy.vocab import Vocab

TOKENIZER = "kg.mixed_tokenizer.v1"
# Letters and digits part, so that every name of `V100GPU` begins and ends with a token.
_TOKEN = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)*|.", re.DOTALL)


class MixedTokenizer(DummyTokenizer):
    """Cuts a text into tokens; the tokens joined are the text again.

    >>> [token.text for token in MixedTokenizer(Vocab())("GPT-3.5是模型")]
    ['GPT', '-', '3.5', '是', '模', '型']
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The tokens of a text."""
        words: list[str] = []
        spaces: list[bool] = []
        for word in _TOKEN.findall(text):
            # spaCy keeps one space after a word as a flag of the word; further ones are words of their own.
            if word == " " and words and not spaces[-1] and not words[-1].isspace():
                spaces[-1] = True
            else:
                words.append(word)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)


@registry.tokenizers(TOKENIZER)  # type: ignore[untyped-decorator]  # spaCy does not annotate it
def create_tokenizer() -> Callable[[Language], MixedTokenizer]:
    """The tokenizer as spaCy's configuration names it."""
    return lambda nlp: MixedTokenizer(nlp.vocab)


def cover(doc: Doc, start: int, end: int) -> Span:
    """The tokens that cover characters `start:end` of a Doc."""
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None:
        raise ValueError(f"characters {start}:{end} are not in a text of {len(doc.text)}")
    return span

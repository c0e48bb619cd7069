"""How names become search words, comparison keys and identifiers.

Both backends split a search into words by the same rule; contract/vectors.json pins it for all three.
"""

import hashlib
import unicodedata

_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "\u0131": "i"}
)
_MAX_SLUG = 150


def words(text: str) -> list[str]:
    """Lower-case words of letters and digits, without accents, in the order of the text."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower())
    kept = (character for character in folded if not unicodedata.category(character).startswith("M"))
    spaced = (c if unicodedata.category(c)[0] in "LN" else " " for c in kept)
    return "".join(spaced).split()


def search_words(*texts: str | None) -> list[str]:
    """The distinct words of all texts, sorted, as they are stored for searching."""
    return sorted({word for text in texts if text for word in words(text)})


def name_key(name: str) -> str:
    """Names that differ only in case and spacing are one name; nothing else is merged."""
    return " ".join(name.lower().split())


def short_hash(text: str) -> str:
    """Eight hexadecimal digits that depend on the text alone."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def slug(name: str) -> str:
    """An identifier fit for a URL; a name without Latin letters gets its hash."""
    ascii_words = (
        "".join(c for c in word.translate(_LETTERS_WITHOUT_DECOMPOSITION) if c.isascii())
        for word in words(name)
    )
    joined = "-".join(word for word in ascii_words if word)
    if not joined:
        return f"company-{short_hash(name_key(name))}"
    if len(joined) <= _MAX_SLUG:
        return joined
    return f"{joined[:_MAX_SLUG].rstrip('-')}-{short_hash(name_key(name))}"

"""How a search is split into words: exactly as the seeding job splits what it stores."""

import unicodedata


def words(text: str) -> list[str]:
    """Lower-case words of letters and digits, without accents, in the order of the text."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower())
    kept = (character for character in folded if not unicodedata.category(character).startswith("M"))
    spaced = (c if unicodedata.category(c)[0] in "LN" else " " for c in kept)
    return "".join(spaced).split()

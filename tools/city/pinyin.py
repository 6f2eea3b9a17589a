"""Readings of Chinese characters, from the table beside this file."""

from pathlib import Path

_TABLE = Path(__file__).with_name("pinyin.txt")
_READINGS = dict(line.split() for line in _TABLE.read_text(encoding="utf-8").splitlines() if line)


def syllables(text):
    """The reading of every character; ASCII letters and digits read as themselves."""
    answer = []
    for character in text:
        if character.isascii() and character.isalnum():
            answer.append(character.lower())
        elif character.isalpha():
            if character not in _READINGS:
                raise SystemExit(f"{_TABLE.name} has no reading of {character} (in {text}); add a line")
            answer.append(_READINGS[character])
    return answer


def initials(text):
    """The first letters, as people type them to find a unit: 如东县 -> rdx."""
    return "".join(syllable[0] for syllable in syllables(text))

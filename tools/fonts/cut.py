"""Cuts three faces of Noto (SIL Open Font License 1.1) to the characters of Chinese documents.

The text face keeps every character of GBK, so that no name of a person or place is lost; the two
display faces keep GB 2312, and fall back to the text face for the rest. Hints and layout tables go:
the PDF writer sets glyphs one by one. The same fonts in give the same bytes out.
"""

import gzip
import io
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FACES = {"serif": "gbk", "serif-bold": "gb2312", "sans": "gb2312"}
LATIN_AND_SIGNS = [(0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x203F), (0x3000, 0x301F), (0xFF01, 0xFF60)]
OTHERS = "€℃←↑→↓≤≥≈①②③④⑤⑥⑦⑧⑨⑩"
LAYOUT = ["GPOS", "GSUB", "GDEF", "BASE", "STAT", "vhea", "vmtx", "gasp", "prep"]


def characters(encoding: str) -> set[int]:
    found = {code for low, high in LATIN_AND_SIGNS for code in range(low, high + 1)}
    found |= {ord(sign) for sign in OTHERS}
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            text = bytes([lead, trail]).decode(encoding, errors="ignore")
            if len(text) == 1:
                found.add(ord(text))
    return found


def cut(source: Path, encoding: str) -> bytes:
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True)
    options.drop_tables += LAYOUT
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters(encoding))
    subsetter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def main(cache: Path, fonts: Path) -> None:
    for name, encoding in FACES.items():
        packed = gzip.compress(cut(cache / f"{name}.ttf", encoding), 9, mtime=0)
        part = fonts / f"{name}.part"
        part.write_bytes(packed)
        part.rename(fonts / f"{name}.ttf.gz")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""Cut and join the fonts of scripts/vendor.py, which starts this: `vendor_fonts.py digits|serif SOURCE TARGET`."""

import sys
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont


def cut_digits(source: Path, target: Path) -> None:
    """The ten digits of Inter with their tabular forms: Be Vietnam Pro has none."""
    for weight in (400, 500, 600, 700):
        options = subset.Options()
        options.layout_features = ["tnum"]
        options.flavor = "woff2"
        options.hinting = False
        options.recalc_timestamp = False
        font = subset.load_font(str(source / f"files/inter-latin-{weight}-normal.woff2"), options)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=range(0x30, 0x3A))
        cutter.subset(font)
        subset.save_font(font, str(target / f"digits-{weight}.woff2"), options)


def join_serif(source: Path, target: Path) -> None:
    """Tinos as TTF for papers made on the server: the web fonts come in pieces, a PDF needs one file."""
    styles = {"400-normal": "Regular", "700-normal": "Bold", "400-italic": "Italic", "700-italic": "BoldItalic"}
    with tempfile.TemporaryDirectory() as scratch:
        for style, name in styles.items():
            parts = []
            for script in ("latin", "latin-ext", "vietnamese"):
                font = TTFont(source / f"files/tinos-{script}-{style}.woff2", recalcTimestamp=False)
                font.flavor = None
                for table in ("GSUB", "GPOS", "GDEF", "fpgm", "prep", "cvt ", "gasp", "hdmx", "VDMX", "LTSH"):
                    if table in font:
                        del font[table]
                part = Path(scratch) / f"{script}-{style}.ttf"
                font.save(part)
                parts.append(str(part))
            merged = Merger().merge(parts)
            merged.recalcTimestamp = False
            merged["head"].created = merged["head"].modified = TTFont(parts[0])["head"].created
            merged.save(target / f"Tinos-{name}.ttf")


if __name__ == "__main__":
    work, source, target = sys.argv[1:]
    {"digits": cut_digits, "serif": join_serif}[work](Path(source), Path(target))

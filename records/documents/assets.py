"""Where the bundled files are, what the fonts cover, and the font configuration that shows nothing else."""

import os
import tempfile
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont

ROOT = Path(settings.BASE_DIR) / "templates" / "documents"
FONTS = ROOT / "fonts"

_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <config></config>
</fontconfig>
"""


class MissingGlyph(ValueError):
    """Characters that no bundled font has. ``characters`` holds them; the document is refused."""

    def __init__(self, characters: str):
        self.characters = characters
        named = "、".join(f"{char}（U+{ord(char):04X}）" for char in characters)
        super().__init__(f"字体中没有下列字符，无法制作文件：{named}。请改用规范字后重试。")


def use_bundled_fonts() -> None:
    """Point fontconfig at the bundled folder, for this process; must run before WeasyPrint is imported."""
    folder = Path(settings.VAR_DIR) / "fontconfig"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "fonts.conf"
    text = _CONFIGURATION.format(fonts=FONTS, cache=folder / "cache")
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        # Several workers start at once: each writes its own file, the rename is atomic.
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as temporary:
            temporary.write(text)
        os.replace(temporary.name, target)
    os.environ["FONTCONFIG_FILE"] = str(target)
    os.environ.pop("FONTCONFIG_PATH", None)


@lru_cache(maxsize=1)
def covered_characters() -> frozenset[int]:
    """Code points that at least one bundled font can draw."""
    covered: set[int] = set()
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            covered.update(font.getBestCmap())
    return frozenset(covered)


def check_glyphs(text: str) -> None:
    """Raise MissingGlyph when ``text`` has a character that would print as a box."""
    covered = covered_characters()
    missing = {char for char in set(text) if ord(char) not in covered and not char.isspace()}
    if missing:
        raise MissingGlyph("".join(sorted(missing)))

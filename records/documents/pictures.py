"""Photos as they go into a document: small enough to mail, large enough to print."""

import io

from PIL import Image

LONGEST = 1000  # pixels; on 81 mm more than 300 dpi
QUALITY = 82


def for_print(content: bytes) -> bytes:
    """A stored photo or signature as a JPEG on white, at most LONGEST pixels. Raises OSError for what is no picture."""
    with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as image:
        image.draft("RGB", (LONGEST, LONGEST))
        image.thumbnail((LONGEST, LONGEST))
        whole = image.convert("RGBA")
        picture = Image.new("RGB", whole.size, "white")
        picture.paste(whole, mask=whole.getchannel("A"))
    output = io.BytesIO()
    picture.save(output, "JPEG", quality=QUALITY, optimize=True)
    return output.getvalue()

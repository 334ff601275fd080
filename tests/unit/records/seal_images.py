"""Seal images as their keepers upload them, good and bad."""

import io
import math

from PIL import Image, ImageDraw

RED = (214, 30, 44, 255)


def seal_picture(size=800, *, colour=RED, inset=0.01, background=(0, 0, 0, 0)) -> Image.Image:
    """A ring and a star, drawn large and made smaller, so that its edges are soft."""
    big = size * 2
    picture = Image.new("RGBA", (big, big), background)
    draw = ImageDraw.Draw(picture)
    edge = big * inset
    draw.ellipse((edge, edge, big - edge, big - edge), outline=colour, width=big // 38)
    centre = big / 2
    points = [
        (
            centre + math.sin(math.pi * at / 5) * big * (0.14 if at % 2 == 0 else 0.054),
            centre - math.cos(math.pi * at / 5) * big * (0.14 if at % 2 == 0 else 0.054),
        )
        for at in range(10)
    ]
    draw.polygon(points, fill=colour)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def as_file(picture: Image.Image, image_format="PNG") -> io.BytesIO:
    file = io.BytesIO()
    picture.save(file, format=image_format)
    file.seek(0)
    file.name = "seal.png"
    return file


def seal_file(size=800, **options) -> io.BytesIO:
    return as_file(seal_picture(size, **options))

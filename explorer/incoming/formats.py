"""What may be uploaded, and the sentence for everything else."""

from __future__ import annotations

from PIL import Image

from explorer.errors import UnreadableImage

MAX_BYTES = 10_000_000
MAX_PIXELS = 16_000_000
# A JPEG is read at a fraction of its size, unless it is progressive; a WebP costs most by far.
MOST_PIXELS = {"JPEG": 51_000_000, "MPO": 51_000_000, "WEBP": 12_000_000}
SMALLEST = 8  # pixels along an edge; below this there is no picture to speak of
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
LONGEST = 60  # characters of a name in a sentence
TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
COLOURS, YCBCR = 262, 6  # a TIFF's tag, and what Pillow takes for RGB where it is not compressed

# What people upload that Pillow is not asked to read, by its first bytes.
OTHERS: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF", 0, "PDF"),
    (b"PK\x03\x04", 0, "ZIP"),
    (b"8BPS", 0, "Photoshop"),
    (b"\x00\x00\x01\x00", 0, "ICO"),
    (b"\xff\x0a", 0, "JPEG XL"),
    (b"JXL \r\n\x87\n", 4, "JPEG XL"),
    (b"jP  \r\n\x87\n", 4, "JPEG 2000"),
    (b"\xff\x4f\xff\x51", 0, "JPEG 2000"),
    (b"II\xbc", 0, "JPEG XR"),
    (b"\x1aE\xdf\xa3", 0, "WebM"),
    (b"moov", 4, "QuickTime"),
    (b"mdat", 4, "QuickTime"),
    (b"wide", 4, "QuickTime"),
    (b"\x1f\x8b", 0, "GZIP"),
    (b"7z\xbc\xaf", 0, "7-Zip"),
    (b"Rar!", 0, "RAR"),
)
# The brands of ISO base media files (ISO/IEC 14496-12, 23008-12): a box `ftyp` with the major brand
# and those it is compatible with.
BRANDS: tuple[tuple[frozenset[bytes], str], ...] = (
    (frozenset({b"avif", b"avis"}), "AVIF"),
    (frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}), "HEIC"),
    (frozenset({b"mif1", b"mif2", b"msf1", b"miaf"}), "HEIC"),
    (frozenset({b"crx "}), "CR3"),
    (frozenset({b"qt  "}), "QuickTime"),
    (frozenset({b"jp2 ", b"jpx ", b"jpm "}), "JPEG 2000"),
    (frozenset({b"jxl "}), "JPEG XL"),
    (frozenset({b"3gp4", b"3gp5", b"isom", b"iso2", b"mp41", b"mp42", b"M4V ", b"avc1"}), "MP4"),
)


def weighed(data: bytes, name: str) -> None:
    """Check how much there is before anything is opened.

    Raises:
        UnreadableImage: for nothing, and for too much.
    """
    if not data:
        raise UnreadableImage("image.empty", name=name)
    if len(data) > MAX_BYTES:
        received = f"{len(data) / 1e6:.1f}"
        raise UnreadableImage(
            "image.bytes", name=name, received=received, limit=MAX_BYTES // 1_000_000
        )


def measured(picture: Image.Image, name: str) -> None:
    """Check the size that the header names, before anything is decoded.

    Raises:
        UnreadableImage: for too many pixels for the format, or too few.
    """
    width, height = picture.size
    most = MOST_PIXELS.get(str(picture.format), MAX_PIXELS)
    if picture.info.get("progressive"):  # all its coefficients are kept in memory
        most = min(most, MAX_PIXELS)
    if width * height > most:
        raise UnreadableImage(
            "image.pixels", name=name, width=width, height=height, limit=most // 1_000_000
        )
    if min(width, height) < SMALLEST:
        raise UnreadableImage(
            "image.small", name=name, width=width, height=height, smallest=SMALLEST
        )


def usual(picture: Image.Image, name: str) -> None:
    """Check how a TIFF keeps its values, before anything is decoded.

    Raises:
        UnreadableImage: for a way in which Pillow finds another picture, or takes it for damaged.
    """
    if picture.format == "TIFF":
        way, colours = picture.info.get("compression"), getattr(picture, "tag_v2", {}).get(COLOURS)
        if way == "webp" or (way == "raw" and colours == YCBCR):
            raise UnreadableImage("image.tiff", name=name)


def unknown(data: bytes, name: str) -> UnreadableImage:
    """Return the sentence for bytes that are none of the formats, or a TIFF that is not read."""
    if data.startswith(TIFF):
        return UnreadableImage("image.tiff", name=name)
    text = _text(data[:4000])
    start = text.lstrip("\ufeff \t\r\n")
    if start[:4].lower() == "<svg" or (start.startswith("<?xml") and "<svg" in start):
        return UnreadableImage("image.svg", name=name)
    kind = _kind(data)
    if kind:
        return UnreadableImage("image.other", name=name, kind=kind)
    if all(letter in "\t\r\n" or letter >= " " for letter in start[:400]):
        return UnreadableImage("image.text", name=name)
    return UnreadableImage("image.unknown", name=name)


def shown(text: str) -> str:
    """Return a file's name, or a library's words, as it may stand in a sentence."""
    clean = "".join(character if character.isprintable() else "?" for character in text)
    return clean if len(clean) <= LONGEST else f"{clean[: LONGEST - 1]}…"


def _kind(data: bytes) -> str:
    if data[4:8] == b"ftyp":
        length = min(int.from_bytes(data[:4], "big"), 200)
        brands = [data[8:12], *(data[at : at + 4] for at in range(16, length, 4))]
        for brand in brands[:1], brands[1:]:
            for known, kind in BRANDS:
                generic = kind == "HEIC" and brand == [b"mif1"] and b"avif" in brands
                if known & set(brand) and not generic:
                    return kind
    return next((kind for magic, at, kind in OTHERS if data[at : at + len(magic)] == magic), "")


def _text(data: bytes) -> str:
    """Return bytes as text: UTF-16 by its mark or its zeros, else one letter for each byte."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    if data[1:2] == b"\0" and data[3:4] == b"\0":
        return data.decode("utf-16-le", "replace")
    if data[0:1] == b"\0" and data[2:3] == b"\0":
        return data.decode("utf-16-be", "replace")
    return data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")

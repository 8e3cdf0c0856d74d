"""What a file is, told from its first bytes: for those that cannot be opened, the words of the refusal."""

from __future__ import annotations

from typing import BinaryIO

from .tiff_tags import has_float_colors, is_sensor_data, read_tags

TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"GIF8", b"BM", b"\0\0\0\x0cjP", *TIFF)
# Brands of the ISO base media format (bytes 4 to 12: "ftyp" and the brand), which holds pictures, films and raw photos.
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
AVIF_BRANDS = (b"avif", b"avis")
JPEG_XL = (b"\xff\x0a", b"\0\0\0\x0cJXL ")

RAW_ENDINGS = (
    *(".dng", ".nef", ".nrw", ".arw", ".sr2", ".srf", ".cr2", ".cr3", ".crw", ".orf", ".rw2", ".raf", ".pef"),
    *(".srw", ".3fr", ".fff", ".iiq", ".erf", ".mef", ".mos", ".kdc", ".dcr", ".mrw", ".x3f", ".rwl", ".gpr"),
)
# First bytes of raw photos that are not quite TIFFs: Fujifilm, Olympus (three), Panasonic, Minolta, Sigma.
RAW_SIGNATURES = (b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"\0MRM", b"FOVb")

RAW = "is a raw photo. Export it as JPEG first."
HEIC = "is a HEIC picture, which cannot be read here. Save it as JPEG or PNG first."
JXL = "is a JPEG XL picture, which cannot be read here. Save it as JPEG or PNG first."
VIDEO = "is a video. Save one picture of it as JPEG or PNG."
WEB_PAGE = 'is a web page, not a picture. Save the picture itself: its context menu has "Save image as".'

# First bytes -> the rest of a sentence that begins with the file's name.
KINDS: dict[bytes, str] = {
    b"8BPS": "is a Photoshop file. Export it as PNG or JPEG first.",
    b"8BPB": "is a Photoshop file. Export it as PNG or JPEG first.",
    b"gimp xcf": "is a GIMP file. Export it as PNG or JPEG first.",
    b"%PDF": "is a PDF document. Export its page as PNG first.",
    b"%!PS": "is a PostScript drawing. Export it as PNG first.",
    b"PK\x03\x04": "is a ZIP archive or an office document. Unpack or export the picture in it.",
    b"\x1aE\xdf\xa3": VIDEO,  # Matroska, WebM
    b"\0\0\x01\xba": VIDEO,  # MPEG
    b"FLV\x01": VIDEO,
    b"\x76\x2f\x31\x01": "is an OpenEXR picture, with floating point colours. Export it as PNG first.",
    b"#?RADIANCE": "is a Radiance picture, with floating point colours. Export it as PNG first.",
    b"\x1f\x8b": "is a compressed drawing (SVG) or archive, which has no pixels. Export it as PNG first.",
    b"\0\0\x01\0": "is an icon file. Choose a larger picture.",
    b"version https://git-lfs": "is only a pointer to a picture (Git LFS). Fetch the picture itself.",
    **dict.fromkeys(JPEG_XL, JXL),
    **dict.fromkeys(RAW_SIGNATURES, RAW),
}


def raw_photo(file: BinaryIO, head: bytes, ending: str) -> bool:
    """Whether `file`, which starts with `head`, is a raw photo. Many are TIFFs, of which Pillow opens the preview."""
    # Canon: CR3 and CRW here, and below CR2, which is a TIFF.
    if head.startswith(RAW_SIGNATURES) or head[4:12] == b"ftypcrx " or head[6:14] == b"HEAPCCDR":
        return True
    if not head.startswith(TIFF):
        return False
    return head[8:10] == b"CR" or ending.lower() in RAW_ENDINGS or is_sensor_data(read_tags(file))


def why_refused(file: BinaryIO, head: bytes) -> str:
    """Why `file`, which starts with `head`, could not be opened, and what to do."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return WEB_PAGE
    if b"<svg" in start:
        return "is an SVG drawing, which has no pixels. Export it as PNG first."
    for signature, words in KINDS.items():
        if head.startswith(signature):
            return words
    if head[4:8] == b"ftyp" and head[8:12] not in AVIF_BRANDS:
        return HEIC if head[8:12] in HEIC_BRANDS else VIDEO
    if (head[:4] == b"RIFF" and head[8:12] == b"AVI ") or head[4:8] in (b"moov", b"mdat", b"wide"):
        return VIDEO
    if head.startswith(TIFF) and has_float_colors(read_tags(file)):
        return "is a TIFF with floating point colours, which cannot be read here. Export it with 8 or 16 bits."
    if head.startswith(SIGNATURES) or head[4:8] == b"ftyp":
        return "is damaged. Download or export it again, or choose another picture."
    return "is not a picture. Choose a JPEG, PNG, WebP, GIF, BMP or TIFF file."

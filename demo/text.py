"""The words of the page; of the settings: paint/setting_text.py, of the explorer: its labels.py, html.py, tour.py."""

from __future__ import annotations

import math

TITLE = "Neural style transfer"
LEAD = (
    "Repaint a photograph in the manner of a painting. Nothing is trained on your pictures: a network that learned to "
    "recognise objects says how close the result is to the content of the photo and to the style of the painting."
)
DESCRIPTION = "Neural style transfer: repaint a photo in the manner of a painting, and watch."

PAINT_TAB, INSIDE_TAB = "Paint", "Look inside"
LAYERS_TAKEN = "The content and style layers are now those of the explorer. Press Paint to use them."
CHANGE_TAKEN = (
    "The change and the layers of its drafts are now in All settings, below The loss. Press Paint to use them."
)
LOOK_INSIDE, WATCH_INSIDE = "Look inside this result", "Watch the style arrive"
PHOTO, PAINTING, RESULT, COMPARE = "Photo", "Painting", "Result", "Photo and result"
_FORMATS = "or paste one. JPEG, PNG, WebP, GIF, BMP or TIFF, up to 15 MB."
DROP_PHOTO, DROP_PAINTING = f"Choose or drop a photo, {_FORMATS}", f"Choose or drop a painting, {_FORMATS}"
PAIRS, QUALITY = "Pairs to try", "Quality"
PRESETS = {"draft": "Draft", "standard": "Standard", "fine": "Fine", "print": "Print"}
PAINT, PAINTING_NOW, STOP = "Paint", "Painting…", "Stop"
DOWNLOAD = "Download PNG"
RESULT_ALT = "The picture being painted"
EMPTY = "Press <b>Paint</b>. The picture appears here at once, and you can watch it change."
READY = "Ready"
EXAMPLE = "Painted earlier. Press Paint to watch it happen."
PROGRESS = "Share of the evaluations done"
OWN_PICTURES = "Pick a pair, or press × on a picture to bring your own."
LOOKING = "Looking inside…"
NOT_PAINTED = "Nothing was painted."
ELSEWHERE = "going on elsewhere · "  # the machine that painted was lost
# What failed beside the picture; said after the run's last words.
NO_PREVIEW = "Not every preview could be shown."
NO_FIGURES = "The losses could not be drawn."
NO_RECIPE = "The settings could not be written into the PNG."
ENDED_BY_ERROR = "An error on our side ended the run early. This is the picture up to then."
NOT_ON_DISK = (
    "This picture could not be saved on the server's disk. It is in this page only: download it before you go on."
)

BY_TERM, BY_LAYER = "Losses by term", "Losses by layer"
BY_TERM_NOTE = (
    "The loss that is minimised: content loss, style loss and total variation (tv), each times its weight, on a "
    "logarithmic scale (one line to the next is a factor of ten). Dashed: the picture gets larger."
)
BY_LAYER_NOTE = "How far each layer is from its target: 0 is equal, 1 is as far off as an empty layer."
NO_CURVES = "The losses are drawn here while the picture is painted."

LOOK_TITLE = "The look"
LOOKS = {  # what the pictures beside these settings show
    "style_scale": "The same photo with a fine, the usual and a broad brush",
    "strength": "The same photo with little style, the usual amount and much",
    "colors": "The same photo with the painting's colours, with its own place by place, and with its own as a palette",
}
MIX = "Mix in other paintings"
OTHER_PAINTINGS = "Other paintings"
TOO_MANY_PAINTINGS = "At most four paintings can be mixed. Remove some."
MORE = "All settings"
BY_OBJECTIVE = "the usual one"
DEFAULTS = "All back to default"
ARTICLE = "As in the article"
ARTICLE_WORDS = (
    "Gatys et al. 2016: from noise, at one size, with their sums, β/α = 1000 and L-BFGS. The painting's colours and strokes "
    "come first, within some 25 steps, the photo's shapes by 100 to 200, and some grain stays, since nothing in this loss "
    "forbids it. Gradient descent, the optimizer of the equations, is far from there after 400 steps, Adam in between."
)
LATER = "A picture is being painted. What you change now counts from the next one on."
LOAD = "Load settings from a PNG downloaded here"
LOADED = "Settings loaded from the picture. Press Paint to use them."

NO_PHOTO = "There is no photo. Upload one, or pick a pair to try."
NO_PAINTING = "There is no painting. Upload one, or pick a pair to try."
NO_PICTURE = "There is no picture. Upload one as a file."
INLINE = "The picture came as inline data. Upload it as a file."
UNEXPECTED = "Something went wrong on our side and was written to the log. Try again, or try another picture."
NOT_HERE = "There is nothing here."
TOO_LARGE = "This request is larger than the page accepts. Upload pictures as files of up to 15 MB."
UNREADABLE = "This request cannot be read. Send what the API page describes, and pictures as uploaded files."
NOT_THE_SETTINGS = "Some settings did not arrive. Reload the page."
WEB_ADDRESS = "The picture came as a web address. Download it and upload the file."
NOT_UPLOADED = "This picture was not uploaded here. Upload it as a file."
GONE = "The picture has been deleted, as all pictures are after an hour. Upload it again, or pick a pair to try."
ASKED_TO_STOP = "Stopping…"
STARTING = "Starting…"
ONE_PLACE = "A picture of yours is waiting or being painted already. Wait for it, or stop it."
ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth"]
ORDINALS += ["seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"]

_RELOADS = "This page reloads by itself when the server is back"
_AGAIN = "Choose your pictures and settings again."
SCRIPT = {  # the words of page.js; the keys of `gone` and `back` say what was on the page
    "close": "Close",
    "title": TITLE,
    "paint": PAINT,
    "photo": PHOTO,
    "painting": PAINTING,
    "result": RESULT,
    "compare": COMPARE,
    "download": DOWNLOAD,
    "unpainted": "The run was interrupted.",
    "gone": {
        "run": f"The connection to the server is lost, which ends the run. {_RELOADS}, and shows what is left of it.",
        "result": f"The connection to the server is lost. {_RELOADS}, and shows your picture if it is still there.",
        "page": f"The connection to the server is lost. {_RELOADS}.",
    },
    "kept": "The server is back, and your pictures are still there.",
    "back": {  # where nothing was kept
        "run": f"The server is back. The picture that was being painted is lost. {_AGAIN}",
        "result": f"The server is back. The picture that was painted here is lost. {_AGAIN}",
        "page": f"The server is back, and this page starts anew. {_AGAIN}",
    },
}

STYLIZE = """Paint the photograph `content` in the manner of the painting `style` (Gatys, Ecker & Bethge 2016).

Streams about once a second: a small JPEG preview, the progress, and None. The last message holds the path of the result,
a PNG of the size asked for with its settings inside. Cancel the job to end the run. Runs take turns; the others wait in
the queue. HTTP status 503: the queue is full, or a run of the same session waits or goes on. Several paintings, regions
and going on are for the page and the command line.

Args:
    content: The photograph: JPEG, PNG, WebP, GIF, BMP or TIFF, uploaded as a file. Where it is transparent, the result is.
    style: The painting, in the same formats.
    SETTINGS

Returns:
    preview: JPEG of at most 384 pixels on the longer side; None if it could not be made.
    progress: Level, evaluation, size, seconds so far and remaining, total loss, its terms before their weights, and
        every layer's mismatch relative to a layer of zeros; `done` is true in the last message, which also has `notes`
        on what failed beside the picture, and the PNG in base64 as `png` if the server's disk could not hold it.
    result: PNG, in the last message only.
"""

HOW_TITLE = "How it works"
HOW = (
    "<b>A network looks.</b> VGG19 learned to name things in a million photographs. Its early layers see strokes and "
    "colours, its late layers see objects. Its weights stay as they are.",
    "<b>A first picture.</b> Noise in Gatys et al.; here the photo in the painting's colours, which needs fewer "
    "evaluations (<i>Start</i>, in <i>All settings</i>).",
    '<b>Two comparisons.</b> The <span class="key content">content loss</span> compares the picture with the '
    'photo, place by place in layer relu4_2. The <span class="key style">style loss</span> compares Gram matrices of '
    "the picture and the painting: which strokes and colours occur together, wherever they are.",
    '<b>One number.</b> <span class="key total">total</span> = α · content + β · style + γ · total variation. '
    "The three weights are under <i>All settings</i>; the curves show the terms.",
    "<b>The pixels change.</b> Backpropagation says how each pixel should change to lower the total; L-BFGS changes "
    "them, again and again, first on a small picture and then on larger ones. You watch it happen.",
)


MEASURING = "How long it takes is being measured."


def duration(seconds: float) -> str:
    """Seconds -> "14 s", "2 min 10 s", "1 h 5 min"."""
    whole = max(0, math.ceil(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def memory(megabytes: float) -> str:
    """Megabytes -> "850 MB", "1.2 GB"."""
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{round(megabytes, -1):.0f} MB"


def estimate(seconds: float, megabytes: float, others: int = 0, wait: float = 0.0) -> str:
    """What a run costs, and how many `others` come before it, which take `wait` seconds. `seconds` nan: not known."""
    needed = f"{memory(megabytes)} of memory on this machine."
    if math.isnan(seconds):
        return f"{MEASURING} The run needs {needed}"
    if not others:
        return f"About {duration(rounded(seconds))} and {needed}"
    before = f"{others} other{'s' if others > 1 else ''} (about {duration(rounded(wait))})"
    return f"About {duration(rounded(seconds))}, after {before}, and {needed}"


def too_large(needed: float, usable: float, largest: int | None) -> str:
    """Why a run does not fit into memory (megabytes), and the largest size in pixels that does."""
    remedy = f"Choose {largest} px or less." if largest else "Close other programs, or use a larger machine."
    return f"This needs about {memory(needed)} of memory and {memory(usable)} can be used. {remedy}"


def waiting(place: int, seconds: float) -> str:
    """What a visitor reads whose run waits at this place (1 is the next), for so many seconds."""
    ordinal = ORDINALS[place - 1] if place <= len(ORDINALS) else f"number {place}"
    turn = f"your turn comes in about {duration(rounded(seconds))}"
    return f"Another picture is being painted. You are {ordinal} in the queue; {turn}."


def full(waiting: int) -> str:
    """Why the queue takes no more events."""
    return f"{waiting} people are waiting already. Try again in a few minutes."


def use_size(size: int) -> str:
    """The button that offers a size that fits."""
    return f"Use {size} px"


def rounded(seconds: float) -> float:
    """Seconds of an estimate, rounded to 1 s (below 10 s), 5 s (below 90 s), 30 s (below 20 min) or 5 min."""
    for below, unit in ((10, 1), (90, 5), (1200, 30)):
        if seconds < below:
            return max(1, round(seconds / unit)) * unit
    return round(seconds / 300) * 300

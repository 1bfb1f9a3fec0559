"""What the origin serves: a clinic's page with its trackers, an asset, and a large file.

In: nothing. Out: the same bytes on every machine and every run. The page is made of pieces, so that a
check can tell what has to stay (the clinic's) from what has to go (the trackers').
"""

import gzip
import random
import struct
import zlib

PAGE_BYTES = 85_000
TAGS = 950
THIRD_PARTY_TAGS = 37
FILE_BYTES = 100 * 1024 * 1024

TRACKER_HOSTS = [
    "www.googletagmanager.com",
    "www.google-analytics.com",
    "googleads.g.doubleclick.net",
    "connect.facebook.net",
    "www.facebook.com",
    "static.hotjar.com",
    "www.clarity.ms",
    "snap.licdn.com",
    "px.ads.linkedin.com",
    "bat.bing.com",
    "analytics.tiktok.com",
]

# Four trackers as sites paste them in, each in its own words: configuration, and a loader.
INLINE_TRACKERS = [
    "window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}"
    "gtag('js',new Date());gtag('config','G-BENCH00001');",
    "!function(w,d){w.fbq=w.fbq||function(){(w.fbq.queue=w.fbq.queue||[]).push(arguments)};"
    "var s=d.createElement('script');s.async=true;s.src='https://connect.facebook.net/en_US/fbevents.js';"
    "d.head.appendChild(s)}(window,document);fbq('init','1000000000001');fbq('track','PageView');",
    "(function(w,d){w.hj=w.hj||function(){(w.hj.q=w.hj.q||[]).push(arguments)};"
    "w._hjSettings={hjid:1000001,hjsv:6};var s=d.createElement('script');s.async=1;"
    "s.src='https://static.hotjar.com/c/hotjar-1000001.js?sv=6';d.head.appendChild(s)})(window,document);",
    "(function(w,d){w.clarity=w.clarity||function(){(w.clarity.q=w.clarity.q||[]).push(arguments)};"
    "var s=d.createElement('script');s.async=1;s.src='https://www.clarity.ms/tag/benchtag01';"
    "d.head.appendChild(s)})(window,document);",
]

WORDS = (
    "care appointment referral imaging clinic nurse family result follow patient physician laboratory "
    "morning evening vaccine screening ultrasound report service centre child parent access record "
    "question answer schedule visit team specialist guidance prevention recovery parking entrance"
).split()

OWN, TRACKER = "own", "tracker"


def pieces():
    """The page as a list of (whose, text): joined, they are the page."""
    chance = random.Random(2026)
    trackers = third_party_tags()
    in_head, in_body = trackers[:13], trackers[13:]
    out = [
        (OWN, "<!doctype html>\n"),
        # Paravent says the consent on <html>, so that tag is nobody's.
        (None, '<html lang="en">\n<head>\n'),
        (OWN, '<meta charset="utf-8">\n<title>Care close to home</title>\n'),
        (OWN, '<link rel="stylesheet" href="/assets/site.css">\n<script src="/assets/site.js" defer></script>\n'),
    ]
    out += [(TRACKER, f"<script>{code}</script>\n") for code in INLINE_TRACKERS]
    out += [(TRACKER, tag + "\n") for tag in in_head]
    out += [(None, "</head>\n<body>\n"), (OWN, "<main>\n")]
    end = [(OWN, "</main>\n"), (None, "</body>\n</html>\n")]
    # Each section has 9 tags; what is left to the 950 is line breaks in the last paragraph.
    left = TAGS - tags(out + end) - len(in_body)
    sections, breaks = divmod(left - 1, 9)
    room = PAGE_BYTES - size(out + end) - sum(len(tag) + 1 for tag in in_body) - 5 * breaks
    for number in range(sections):
        fair = room // (sections - number)
        section = own_section(chance, number, fair)
        room -= len(section)
        out.append((OWN, section))
        if number % 4 == 3 and in_body:
            out.append((TRACKER, in_body.pop(0) + "\n"))
    out += [(TRACKER, tag + "\n") for tag in in_body]
    return out + [(OWN, "<p>End of page" + "<br>\n" * breaks + "</p>\n")] + end


def third_party_tags():
    made = []
    for number in range(THIRD_PARTY_TAGS):
        host = TRACKER_HOSTS[number % len(TRACKER_HOSTS)]
        shape = number % 3
        if number < 13 or shape == 0:
            made.append(f'<script async src="https://{host}/tag/{number}.js?id=B-{number:03}"></script>')
        elif shape == 1:
            made.append(f'<img src="https://{host}/pixel/{number}.gif?ev=view" width="1" height="1" alt="">')
        else:
            made.append(f'<iframe src="https://{host}/frame/{number}.html" width="320" height="180"></iframe>')
    return made


def own_section(chance, number, length):
    def text(count):
        return " ".join(chance.choice(WORDS) for _ in range(count))

    head = (
        f'<section id="s{number}" class="card wide">\n<h2>{text(4)}</h2>\n'
        f'<img src="/assets/photo-{number}.jpg" alt="{text(3)}" width="640" height="360" loading="lazy">\n'
        f'<ul class="links">\n<li><a href="/services/{number}/overview">{text(2)}</a></li>\n'
        f'<li><a href="/services/{number}/book?from=home">{text(2)}</a></li>\n</ul>\n<p>'
    )
    tail = "</p>\n</section>\n"
    body = ""
    while len(head) + len(body) + len(tail) < length:
        body += chance.choice(WORDS) + " "
    return head + body + tail


def tags(parts):
    """Start tags outside of scripts' text, which holds no `<` in this page."""
    text = "".join(part for _, part in parts)
    return sum(1 for at, sign in enumerate(text) if sign == "<" and text[at + 1].isalpha())


def size(parts):
    return sum(len(part) for _, part in parts)


def page():
    return "".join(part for _, part in pieces()).encode()


def asset():
    """A PNG of exactly 1 KiB: one grey dot and a comment."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    end = chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")
    comment = b"Comment\0"
    filler = 1024 - len(start) - len(end) - 12 - len(comment)
    return start + chunk(b"tEXt", comment + b"." * filler) + end


def write_site(folder):
    """Lays out the origin's files."""
    html = page()
    (folder / "page.html").write_bytes(html)
    (folder / "page.bin").write_bytes(html)
    # Never offered compressed, whoever asks.
    (folder / "plain.bin").write_bytes(html)
    (folder / "page.bin.gz").write_bytes(gzip.compress(html, 6, mtime=0))
    (folder / "asset.png").write_bytes(asset())
    block = random.Random(7).randbytes(1024 * 1024)
    with open(folder / "file.bin", "wb") as file:
        for _ in range(FILE_BYTES // len(block)):
            file.write(block)


if __name__ == "__main__":
    import sys

    sys.stdout.buffer.write(page())

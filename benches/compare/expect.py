"""What the bodies must be. In: an answer and what was to become of it. Ends the comparison where a body is
something else: a proxy that drops the work is always fast."""

import gzip
import re
import subprocess

from page import OWN, TRACKER, TRACKER_HOSTS, page, pieces
from proxies import INJECTED, REPLACEMENT


def plain(status, fields, body, coding):
    """The body without its content coding, which must be the one the row is about."""
    named = fields.get("Content-Encoding")
    if status != 200 or named != coding:
        raise SystemExit(f"status {status}, coding {named}, expected 200 and {coding}: no table")
    if coding == "gzip":
        return gzip.decompress(body)
    if coding == "zstd":
        return subprocess.run(["zstd", "-dc"], input=body, stdout=subprocess.PIPE, check=True).stdout
    return body


def same_as(file):
    """The origin's bytes."""

    def check(body):
        if body != file.read_bytes():
            raise SystemExit(f"{file.name}: the body is not the origin's: no table")

    return check


def rewritten_by_nginx(body):
    rules = {"</head>": INJECTED, **{host: REPLACEMENT for host in TRACKER_HOSTS}}
    pattern = re.compile("|".join(map(re.escape, rules)))
    if body.decode() != pattern.sub(lambda found: rules[found.group()], page().decode()):
        raise SystemExit("nginx's page is not what sub_filter should make of it: no table")


def rewritten_by_paravent(body):
    """All that is the clinic's is there, in order and unchanged; of the trackers' nothing is as it was;
    guard, consent and banner are set in."""
    text, at = body.decode(), 0
    for whose, piece in pieces():
        if whose == OWN:
            at = text.find(piece, at) + len(piece)
            if at < len(piece):
                raise SystemExit(f"Paravent lost or changed {piece[:60]!r}: no table")
        elif whose == TRACKER and piece in text:
            raise SystemExit(f"Paravent let through {piece[:60]!r}: no table")
    for mark in ("/_privacy/assets/guard.", 'data-consent="necessary"', "paravent"):
        if mark not in text:
            raise SystemExit(f"Paravent's page lacks {mark}: no table")

#!/usr/bin/env python3
"""Makes demo.mmdb: the documentation prefixes, as if they were real places.

Usage: pip install mmdb-writer netaddr && geoip/make-demo.py geoip/demo.mmdb
"""

import sys
import time

from mmdb_writer import MMDBWriter
from netaddr import IPSet

# RFC 5737 and RFC 3849: nobody on the internet has these addresses.
PLACES = {
    "192.0.2.0/24": ("CA", "QC"),
    "198.51.100.0/24": ("MA", None),
    "203.0.113.0/24": ("FR", None),
    "2001:db8::/32": ("CA", "QC"),
}

# A fixed build day, so that the same script makes the same bytes.
BUILT = 1767225600  # 2026-01-01T00:00:00Z


def record(country, subdivision):
    """What a reader finds for an address, in the shape of a GeoIP2 City record."""
    found = {"country": {"iso_code": country}}
    if subdivision:
        found["subdivisions"] = [{"iso_code": subdivision}]
    return found


def main(target):
    writer = MMDBWriter(
        ip_version=6,
        ipv4_compatible=True,
        database_type="Paravent-Demo-Country",
        languages=["en"],
        description={"en": "Documentation prefixes only, for demo and tests"},
    )
    for prefix, place in PLACES.items():
        writer.insert_network(IPSet([prefix]), record(*place))
    # The writer stamps the file with the present time and takes no other.
    time.time = lambda: BUILT
    writer.to_db_file(target)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])

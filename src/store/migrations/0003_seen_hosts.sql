-- Hosts that pages use and that are unknown or not offered, above a threshold. `host` is a registrable
-- host or the catalogue's own words; `reports` is an order of magnitude, of the busiest day.
CREATE TABLE seen_host (
    site TEXT NOT NULL,
    host TEXT NOT NULL,
    directive TEXT NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    reports INTEGER NOT NULL,
    PRIMARY KEY (site, host, directive)
) STRICT, WITHOUT ROWID;

-- What pages use and nobody classified, above a threshold. Of a host, `name` is the registrable host or the
-- catalogue's own words, and `place` the directive; of a cookie, `name` is its name with `*` for what may be an
-- id, and `place` the header; of a page that something was taken out of, `name` is its name in the closed list,
-- `place` the vendor, and its days are the first of a month of thirty. `reports` is an order of magnitude, of the busiest day.
CREATE TABLE seen (
    site TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('host', 'cookie', 'page')),
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    reports INTEGER NOT NULL,
    PRIMARY KEY (site, kind, name, place)
) STRICT, WITHOUT ROWID;
INSERT INTO seen SELECT site, 'host', host, directive, first_day, last_day, reports FROM seen_host;
DROP TABLE seen_host;

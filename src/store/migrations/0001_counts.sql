-- The ledger: one line for each family of a site's period. A period is released once.
CREATE TABLE release (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    family TEXT NOT NULL,
    from_day INTEGER NOT NULL,
    to_day INTEGER NOT NULL,
    rho_millionths INTEGER NOT NULL,
    sigma_thousandths INTEGER NOT NULL,
    committed_at INTEGER NOT NULL,
    UNIQUE (site, family, from_day)
) STRICT;

CREATE INDEX release_by_end ON release (site, family, to_day);

-- Released numbers, noise included.
CREATE TABLE cell (
    release INTEGER NOT NULL REFERENCES release (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (release, name)
) STRICT, WITHOUT ROWID;

-- When nothing, or not everything, was counted.
CREATE TABLE gap (
    site TEXT NOT NULL,
    from_second INTEGER NOT NULL,
    to_second INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (site, from_second, reason)
) STRICT, WITHOUT ROWID;

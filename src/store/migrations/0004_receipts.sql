-- Who writes here: each database has a chain of its own.
CREATE TABLE writer (id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO writer (id) VALUES (lower(hex(randomblob(8))));

-- Receipts of grants, a chain for each site and writer: `hash` is over the line before and over
-- `content_hash`, so the content (id to guardian) can be erased and the chain still stands.
CREATE TABLE receipt (
    site TEXT NOT NULL,
    writer TEXT NOT NULL,
    seq INTEGER NOT NULL,
    day INTEGER NOT NULL,
    content_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    id TEXT,
    notice TEXT,
    version TEXT,
    purposes TEXT,
    vendors TEXT,
    language TEXT,
    jurisdiction TEXT,
    hour INTEGER,
    guardian INTEGER,
    PRIMARY KEY (site, writer, seq)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX receipt_by_id ON receipt (id) WHERE id IS NOT NULL;

-- The last line of each day that has ended, signed.
CREATE TABLE receipt_head (
    site TEXT NOT NULL,
    writer TEXT NOT NULL,
    day INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    key TEXT NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (site, writer, day)
) STRICT, WITHOUT ROWID;

-- The last line that was purged, signed: where a chain begins now.
CREATE TABLE receipt_start (
    site TEXT NOT NULL,
    writer TEXT NOT NULL,
    day INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    key TEXT NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (site, writer)
) STRICT, WITHOUT ROWID;

-- That records were deleted: which class, how many, on which day. Never which (promises RQ18, PC13).
CREATE TABLE purge (
    id INTEGER PRIMARY KEY,
    day INTEGER NOT NULL,
    class TEXT NOT NULL,
    count INTEGER NOT NULL
) STRICT;

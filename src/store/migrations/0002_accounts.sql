-- Who may see the dashboard. Passwords as argon2id hashes (PHC strings).
CREATE TABLE account (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    password TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which released counts left the dashboard, and by whose hand (promise RQ14).
CREATE TABLE export (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    account TEXT NOT NULL,
    site TEXT NOT NULL,
    what TEXT NOT NULL,
    from_day INTEGER NOT NULL,
    to_day INTEGER NOT NULL
) STRICT;

-- Templates of pages that a site's survey suggested: its own links, never a visitor's request. `state` is the operator's.
CREATE TABLE page_template (
    site TEXT NOT NULL,
    template TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('suggested', 'approved', 'declined')),
    since_day INTEGER NOT NULL,
    PRIMARY KEY (site, template)
) STRICT, WITHOUT ROWID;

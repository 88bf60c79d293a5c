-- The truth: everything that the product knows about its policies. Vectors for Chroma are derived from it.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE policies (
    id TEXT PRIMARY KEY,
    family TEXT NOT NULL,          -- versions of one policy share it
    card TEXT NOT NULL,            -- JSON of Policy
    text TEXT NOT NULL,            -- the clean text; every span below counts its characters
    repairs TEXT NOT NULL          -- JSON: what cleaning removed or repaired, and why
);

-- Which file a policy was read from, so that an unchanged file costs a hash and a changed one replaces it.
CREATE TABLE sources (
    path TEXT PRIMARY KEY,
    policy_id TEXT NOT NULL REFERENCES policies (id) ON DELETE CASCADE,
    digest TEXT NOT NULL           -- of the file, its card and the code that reads them
) WITHOUT ROWID;
CREATE INDEX sources_policy ON sources (policy_id);

CREATE TABLE provisions (
    policy_id TEXT NOT NULL REFERENCES policies (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL, label TEXT NOT NULL, heading TEXT NOT NULL,
    path TEXT NOT NULL,            -- JSON
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    PRIMARY KEY (policy_id, ordinal)
) WITHOUT ROWID;

CREATE TABLE chunks (
    rowid INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    policy_id TEXT NOT NULL REFERENCES policies (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    path TEXT NOT NULL,            -- JSON
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    text TEXT NOT NULL, lead_in TEXT NOT NULL, context TEXT NOT NULL,
    encoding BLOB NOT NULL         -- the key of its row in encodings, which may not be there yet
);
CREATE INDEX chunks_policy ON chunks (policy_id, ordinal);
CREATE INDEX chunks_encoding ON chunks (encoding);

-- Keyed by what was encoded: the same words under the same headings are never encoded twice.
CREATE TABLE encodings (
    rowid INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    vector BLOB NOT NULL,          -- float32
    tokens BLOB NOT NULL,          -- int8, tokens × dimensions
    spans BLOB NOT NULL            -- uint16, tokens × 2
);

-- rowid is the chunk's. The content is words() joined by spaces, so ASCII's separators are enough.
CREATE VIRTUAL TABLE search USING fts5 (headings, words, tokenize = "ascii tokenchars '.,:%-_/+'");
CREATE VIRTUAL TABLE search_terms USING fts5vocab (search, row);

-- How to take back the last run: what it removed (payload: all of it) and what it added (payload NULL).
CREATE TABLE undo (
    step INTEGER PRIMARY KEY,
    policy_id TEXT NOT NULL,
    payload BLOB
);

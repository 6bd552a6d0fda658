CREATE TABLE runs (
    id           TEXT    PRIMARY KEY,
    spec         TEXT    NOT NULL,
    fingerprint  TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    error        TEXT    NOT NULL DEFAULT '',
    sample_count INTEGER NOT NULL,
    created_ms   INTEGER NOT NULL,
    ended_ms     INTEGER,
    -- Items are screened and committed in index order; these are the next ones.
    screened     INTEGER NOT NULL DEFAULT 0,
    committed    INTEGER NOT NULL DEFAULT 0,
    accepted     INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE samples (
    run_id   TEXT    NOT NULL,
    position INTEGER NOT NULL,
    sample   BLOB    NOT NULL,
    PRIMARY KEY (run_id, position)
);

-- One row per piece of work. A job that is done has its result; its successors were added in the
-- same transaction.
CREATE TABLE jobs (
    run_id   TEXT    NOT NULL,
    stage    TEXT    NOT NULL,
    item     INTEGER NOT NULL,
    part     INTEGER NOT NULL,
    state    TEXT    NOT NULL DEFAULT 'ready',
    owner    TEXT    NOT NULL DEFAULT '',
    due_ms   INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    busy_ms  INTEGER NOT NULL DEFAULT 0,
    -- Why nothing came of it, from a closed list; empty where something did.
    rejected TEXT    NOT NULL DEFAULT '',
    input    BLOB,
    result   BLOB,
    PRIMARY KEY (run_id, stage, item, part)
);

CREATE INDEX jobs_by_state ON jobs (run_id, state, stage, item, part);

CREATE TABLE items (
    run_id TEXT    NOT NULL,
    item   INTEGER NOT NULL,
    state  TEXT    NOT NULL DEFAULT 'open',
    stage  TEXT    NOT NULL DEFAULT '',
    reason TEXT    NOT NULL DEFAULT '',
    detail TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, item)
);

-- What screened statements say, to find duplicates.
CREATE TABLE statements (
    run_id TEXT    NOT NULL,
    digest TEXT    NOT NULL,
    item   INTEGER NOT NULL,
    PRIMARY KEY (run_id, digest)
);

-- Inputs and outputs, once each, by their BLAKE3.
CREATE TABLE blobs (
    digest  TEXT PRIMARY KEY,
    content BLOB NOT NULL
);

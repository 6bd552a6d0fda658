CREATE TABLE jobs (
    id         TEXT    PRIMARY KEY,
    spec       TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    error      TEXT    NOT NULL DEFAULT '',
    created_ms INTEGER NOT NULL,
    ended_ms   INTEGER,
    -- Known once it runs.
    row_count  INTEGER NOT NULL DEFAULT 0,
    left_out   INTEGER NOT NULL DEFAULT 0,
    parameters INTEGER NOT NULL DEFAULT 0
);

-- What steps measured. Those after the last checkpoint are taken back when a job is resumed.
CREATE TABLE steps (
    job_id        TEXT    NOT NULL,
    step          INTEGER NOT NULL,
    loss          REAL    NOT NULL,
    grad_norm     REAL    NOT NULL,
    learning_rate REAL    NOT NULL,
    tokens        INTEGER NOT NULL,
    seconds       REAL    NOT NULL,
    PRIMARY KEY (job_id, step)
) WITHOUT ROWID;

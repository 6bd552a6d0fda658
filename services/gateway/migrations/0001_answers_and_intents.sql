-- Every answer a model gave, by the key of its question.
CREATE TABLE answers (
    key TEXT PRIMARY KEY,
    -- The chat that was answered, each message after a line with its role.
    prompt TEXT NOT NULL,
    model TEXT NOT NULL,
    content TEXT NOT NULL,
    reasoning TEXT NOT NULL,
    finish_reason TEXT NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    -- 1 where the endpoint told no usage and bytes were counted instead.
    tokens_estimated INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    sample_index INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    cost_usd REAL NOT NULL
);

CREATE INDEX answers_by_run ON answers (run_id);

-- Every request to the endpoint, written before it is sent. What is still open when the gateway
-- starts was in flight when it died: it may have been paid, and becomes lost.
CREATE TABLE intents (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    run_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'failed', 'lost')),
    created_ms INTEGER NOT NULL
);

CREATE INDEX intents_by_run ON intents (run_id, state);
CREATE INDEX intents_open ON intents (id) WHERE state = 'open';

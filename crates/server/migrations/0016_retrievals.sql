-- A retrieval from a source that takes its time. What was fetched goes when it ends.
CREATE TABLE retrieval (
    id TEXT PRIMARY KEY,
    arrangement_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    person TEXT NOT NULL,
    category TEXT NOT NULL,
    period TEXT NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    session TEXT NOT NULL DEFAULT '',
    user_url TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    media_type TEXT NOT NULL DEFAULT '',
    raw TEXT NOT NULL DEFAULT '',
    raw_s256 TEXT NOT NULL DEFAULT '',
    raw_bytes BIGINT NOT NULL DEFAULT 0,
    raw_is_whole BIGINT NOT NULL DEFAULT 0,
    records TEXT NOT NULL DEFAULT '',
    obtained_at BIGINT,
    call_key TEXT,
    call_s256 TEXT NOT NULL,
    UNIQUE (arrangement_id, call_key)
);
CREATE INDEX retrieval_due_at ON retrieval (due_at);
CREATE INDEX retrieval_arrangement ON retrieval (arrangement_id, created_at);
CREATE INDEX retrieval_person ON retrieval (person, source, category, updated_at);
-- The person's lasting link with a portal: until when it holds, not counting times at which it was closed.
CREATE TABLE source_link (
    person TEXT NOT NULL,
    source TEXT NOT NULL,
    linkage TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (person, source)
);
-- When a source was closed.
CREATE TABLE source_maintenance (
    source TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (source, starts_at)
);

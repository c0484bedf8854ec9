-- What an operator keeps. A link that was begun, and not ended yet.
CREATE TABLE operator_link (
    state TEXT PRIMARY KEY,
    session TEXT NOT NULL,
    person TEXT NOT NULL,
    holder TEXT NOT NULL,
    verifier TEXT NOT NULL,
    begun_at BIGINT NOT NULL
);
-- One row an arrangement with a holder about a person; a new consent takes the place of the last.
CREATE TABLE operator_arrangement (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    holder TEXT NOT NULL,
    sub TEXT NOT NULL,
    consent TEXT NOT NULL,
    consent_jti TEXT NOT NULL,
    grant_token TEXT NOT NULL,
    grant_exp BIGINT NOT NULL,
    state TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    fetched_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX operator_arrangement_person ON operator_arrangement (person);
-- What became of the last fetch of each category.
CREATE TABLE operator_fetch (
    arrangement_id TEXT NOT NULL,
    category TEXT NOT NULL,
    outcome TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (arrangement_id, category)
);
-- Records as they came, by the hash of their bytes; `source` is an arrangement, or `import`.
CREATE TABLE operator_record (
    person TEXT NOT NULL,
    source TEXT NOT NULL,
    category TEXT NOT NULL,
    s256 TEXT NOT NULL,
    resource TEXT NOT NULL,
    acquired_at BIGINT NOT NULL,
    keep_until BIGINT NOT NULL,
    PRIMARY KEY (person, source, category, s256)
);
CREATE INDEX operator_record_keep_until ON operator_record (keep_until);
-- Consents and receipts that the person brought or that were handed over: one token a row.
CREATE TABLE operator_document (
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    s256 TEXT NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (person, kind, s256)
);
-- Events that were taken: each acts once.
CREATE TABLE operator_event (
    holder TEXT NOT NULL,
    jti TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (holder, jti)
);
CREATE TABLE operator_erasure (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    done_at BIGINT,
    erased BIGINT NOT NULL,
    receipt TEXT
);
CREATE INDEX operator_erasure_person ON operator_erasure (person, asked_at);
-- Events of a holder that wait until their recipient has acknowledged them.
CREATE TABLE event_outbox (
    jti TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    arrangement_id TEXT NOT NULL,
    token TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    acknowledged_at BIGINT
);
CREATE INDEX event_outbox_due_at ON event_outbox (due_at) WHERE acknowledged_at IS NULL;

-- Written for SQLite and PostgreSQL: texts and 64-bit integers only. Times are seconds since 1970.

-- Random values that have to outlive the process: keys of the sandbox, secrets of nonces and cursors.
CREATE TABLE secret (name TEXT PRIMARY KEY, value TEXT NOT NULL);
-- Who is signed in.
CREATE TABLE session (id TEXT PRIMARY KEY, person TEXT NOT NULL, exp BIGINT NOT NULL);
-- Notices as they were shown, by hash.
CREATE TABLE notice (s256 TEXT PRIMARY KEY, text TEXT NOT NULL);
-- One row a pushed request; it waits 90 seconds and is used once.
CREATE TABLE pushed (
    uri TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    jkt TEXT NOT NULL,
    request TEXT NOT NULL,
    request_jti TEXT NOT NULL,
    notice_s256 TEXT NOT NULL,
    pushed_at BIGINT NOT NULL,
    used BIGINT NOT NULL DEFAULT 0,
    UNIQUE (client_id, request_jti)
);
CREATE INDEX pushed_at ON pushed (pushed_at);
CREATE INDEX pushed_jkt ON pushed (jkt);
-- One row a transaction in which a person decides.
CREATE TABLE txn (
    id TEXT PRIMARY KEY,
    session TEXT NOT NULL,
    person TEXT NOT NULL,
    sub TEXT NOT NULL,
    arrangement_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    request TEXT NOT NULL,
    notice_s256 TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    key_statement TEXT,
    closed BIGINT NOT NULL DEFAULT 0
);
-- A person is known to each client under another name.
CREATE TABLE pairwise (
    person TEXT NOT NULL,
    client_id TEXT NOT NULL,
    sub TEXT NOT NULL UNIQUE,
    arrangement_id TEXT NOT NULL UNIQUE,
    PRIMARY KEY (person, client_id)
);
-- An arrangement is the lock of all that hangs on it, and the head of its chain of receipts.
CREATE TABLE arrangement (id TEXT PRIMARY KEY, next_seq BIGINT NOT NULL, last_s256 TEXT);
-- A person's key serves one recipient.
CREATE TABLE person_key (
    thumbprint TEXT PRIMARY KEY,
    sub TEXT NOT NULL,
    client_id TEXT NOT NULL
);
CREATE TABLE consent (
    jti TEXT PRIMARY KEY,
    s256 TEXT NOT NULL UNIQUE,
    token TEXT NOT NULL,
    key_statement TEXT NOT NULL,
    receipt TEXT NOT NULL,
    person TEXT NOT NULL,
    sub TEXT NOT NULL,
    client_id TEXT NOT NULL,
    arrangement_id TEXT NOT NULL,
    proof_jkt TEXT NOT NULL,
    state TEXT NOT NULL,
    exp BIGINT NOT NULL,
    registered_at BIGINT NOT NULL
);
CREATE INDEX consent_arrangement ON consent (arrangement_id, state);
CREATE INDEX consent_person ON consent (person, registered_at);
-- An arrangement has one live consent.
CREATE UNIQUE INDEX consent_active ON consent (arrangement_id) WHERE state = 'active';
CREATE TABLE code (
    code TEXT PRIMARY KEY,
    consent_jti TEXT NOT NULL,
    challenge TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    exp BIGINT NOT NULL,
    used BIGINT NOT NULL DEFAULT 0
);
-- How often the bits of a status list changed: replicas see by it that theirs is old.
CREATE TABLE status_list (list BIGINT PRIMARY KEY, version BIGINT NOT NULL);
-- One row a status index that an unexpired grant has.
CREATE TABLE issued (
    list BIGINT NOT NULL,
    idx BIGINT NOT NULL,
    grant_jti TEXT NOT NULL UNIQUE,
    consent_jti TEXT NOT NULL,
    exp BIGINT NOT NULL,
    revoked BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (list, idx)
);
CREATE INDEX issued_consent ON issued (consent_jti);
CREATE INDEX issued_exp ON issued (exp);
CREATE INDEX issued_revoked ON issued (list, idx) WHERE revoked = 1;
-- What is good once: proofs and client assertions.
CREATE TABLE proof (replay_key TEXT PRIMARY KEY, until BIGINT NOT NULL);
CREATE INDEX proof_until ON proof (until);
-- Uses of what may be used once.
CREATE TABLE spent (
    consent_jti TEXT NOT NULL,
    category TEXT NOT NULL,
    jkt TEXT NOT NULL,
    query TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (consent_jti, category)
);
-- Receipts form one chain for each arrangement.
CREATE TABLE receipt (
    arrangement_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (arrangement_id, seq)
);

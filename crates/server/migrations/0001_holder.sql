-- Random values that have to outlive the process: keys of the sandbox, secrets of nonces and cursors.
CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL);
-- Who is signed in.
CREATE TABLE session (id TEXT PRIMARY KEY, person TEXT NOT NULL, exp INTEGER NOT NULL);
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
    pushed_at INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0,
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
    opened_at INTEGER NOT NULL,
    key_statement TEXT,
    closed INTEGER NOT NULL DEFAULT 0
);
-- A person is known to each client under another name.
CREATE TABLE pairwise (
    person TEXT NOT NULL,
    client_id TEXT NOT NULL,
    sub TEXT NOT NULL UNIQUE,
    arrangement_id TEXT NOT NULL UNIQUE,
    PRIMARY KEY (person, client_id)
);
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
    exp INTEGER NOT NULL,
    registered_at INTEGER NOT NULL
);
CREATE INDEX consent_arrangement ON consent (arrangement_id, state);
CREATE INDEX consent_person ON consent (person);
-- An arrangement has one live consent.
CREATE UNIQUE INDEX consent_active ON consent (arrangement_id) WHERE state = 'active';
CREATE TABLE code (
    code TEXT PRIMARY KEY,
    consent_jti TEXT NOT NULL,
    challenge TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    exp INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
);
-- One row a status index that an unexpired grant has.
CREATE TABLE issued (
    idx INTEGER PRIMARY KEY,
    grant_jti TEXT NOT NULL,
    consent_jti TEXT NOT NULL,
    exp INTEGER NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX issued_consent ON issued (consent_jti);
CREATE INDEX issued_grant ON issued (grant_jti);
CREATE INDEX issued_exp ON issued (exp);
-- What is good once: proofs and client assertions.
CREATE TABLE proof (replay_key TEXT PRIMARY KEY, until INTEGER NOT NULL);
CREATE INDEX proof_until ON proof (until);
-- Uses of what may be used once.
CREATE TABLE spent (
    consent_jti TEXT NOT NULL,
    category TEXT NOT NULL,
    jkt TEXT NOT NULL,
    query TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (consent_jti, category)
);
-- Receipts form one chain for each arrangement.
CREATE TABLE receipt (
    arrangement_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (arrangement_id, seq)
);

-- What was answered to a call that may be sent again (`Idempotency-Key`).
CREATE TABLE idempotency (
    caller TEXT NOT NULL,
    name TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status BIGINT NOT NULL DEFAULT 0,
    content_type TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    PRIMARY KEY (caller, name)
);
CREATE INDEX idempotency_at ON idempotency (at);
-- Until when, in milliseconds, a caller has used what it may use (GCRA).
CREATE TABLE rate (name TEXT PRIMARY KEY, until BIGINT NOT NULL);
CREATE INDEX rate_until ON rate (until);
ALTER TABLE arrangement ADD COLUMN used_until BIGINT NOT NULL DEFAULT 0;

-- By whom a receipt is found: the person as the client knows them, when it was written, and the
-- exchange that it shares with the other side's receipt.
ALTER TABLE receipt ADD COLUMN sub TEXT NOT NULL DEFAULT '';
ALTER TABLE receipt ADD COLUMN at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE receipt ADD COLUMN retain_until BIGINT NOT NULL DEFAULT 0;
CREATE INDEX receipt_sub ON receipt (sub, at, arrangement_id, seq);
CREATE INDEX receipt_retain_until ON receipt (retain_until);

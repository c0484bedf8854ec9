-- When an arrangement is fetched next, and how often in a row that failed: also after a crash between
-- the link and the first fetch.
ALTER TABLE operator_arrangement ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE operator_arrangement ADD COLUMN failed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX operator_arrangement_due_at ON operator_arrangement (due_at) WHERE state = 'active';

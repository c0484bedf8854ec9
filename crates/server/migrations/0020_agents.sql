-- Who may act for whom, by which title and until when; it is ended, never taken out.
CREATE TABLE agency (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    agent TEXT NOT NULL,
    role TEXT NOT NULL,
    basis TEXT NOT NULL,
    reference TEXT NOT NULL,
    registered_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    sees_dashboard BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX agency_person ON agency (person, registered_at);
CREATE INDEX agency_agent ON agency (agent);
-- One of a kind at a time.
CREATE UNIQUE INDEX agency_live ON agency (person, agent) WHERE ended_at IS NULL;
-- What an agent arranges is apart from what the person arranged with the same recipient.
CREATE TABLE agency_arrangement (
    agency TEXT NOT NULL,
    client_id TEXT NOT NULL,
    arrangement_id TEXT NOT NULL UNIQUE,
    PRIMARY KEY (agency, client_id)
);
-- Who is protected: nobody acts for them, and nobody is told why.
CREATE TABLE protection (
    person TEXT PRIMARY KEY,
    reference TEXT NOT NULL,
    set_at BIGINT NOT NULL
);
ALTER TABLE txn ADD COLUMN agency TEXT;
ALTER TABLE consent ADD COLUMN agency TEXT;
CREATE INDEX consent_agency ON consent (agency, state);
-- What members of the holder's staff did, and on which paper.
CREATE TABLE desk_act (
    id TEXT PRIMARY KEY,
    act TEXT NOT NULL,
    person TEXT NOT NULL,
    reference TEXT NOT NULL,
    staff TEXT NOT NULL,
    at BIGINT NOT NULL
);

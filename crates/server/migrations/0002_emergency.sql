-- What a person wishes for an emergency: deny, notify or allow; nobody's row means notify.
CREATE TABLE emergency_wish (person TEXT PRIMARY KEY, wish TEXT NOT NULL);
-- Every attempt at emergency access, also a refused one; `person` is whom it found, if anybody.
CREATE TABLE emergency (
    statement_jti TEXT NOT NULL,
    institution TEXT NOT NULL,
    staff TEXT NOT NULL,
    statement TEXT NOT NULL,
    person TEXT,
    grant_jti TEXT,
    outcome TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (institution, statement_jti)
);
CREATE INDEX emergency_institution ON emergency (institution, at);
CREATE INDEX emergency_staff ON emergency (institution, staff, at);
CREATE INDEX emergency_person ON emergency (person, at);
-- What the holder tells a person, over its own channel; `about` is an arrangement.
CREATE TABLE notice_to_person (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    recipient TEXT NOT NULL,
    at BIGINT NOT NULL,
    shown_from BIGINT NOT NULL
);
CREATE INDEX notice_to_person_person ON notice_to_person (person, shown_from);

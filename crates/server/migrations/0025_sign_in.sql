-- A sign-in elsewhere that was begun, and in which browser.
CREATE TABLE sign_in (
    state TEXT PRIMARY KEY,
    browser TEXT NOT NULL,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    target TEXT NOT NULL,
    is_fresh BIGINT NOT NULL,
    begun_at BIGINT NOT NULL
);
-- Who of another's people is which of ours.
CREATE TABLE identity (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
-- When, how surely and by what the person was authenticated.
ALTER TABLE session ADD COLUMN authenticated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN acr TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN amr TEXT NOT NULL DEFAULT '';

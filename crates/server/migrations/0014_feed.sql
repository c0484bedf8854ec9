-- The last good answers about the world, by the trust list's address.
CREATE TABLE feed (
    address TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,
    list TEXT NOT NULL,
    marks TEXT NOT NULL
);

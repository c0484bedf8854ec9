-- Who the holder's people are, by what an institution states of them.
CREATE TABLE person (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kana TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    gender TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX person_birth_date ON person (birth_date, gender);

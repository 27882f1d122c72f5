-- What a city fills in, and its people.
-- table city_item projection small: what the city has set, from city.* events.
CREATE TABLE city_item (
    key   TEXT NOT NULL PRIMARY KEY, -- "offices.dpmptsp"
    value TEXT NOT NULL              -- canonical JSON
) STRICT, WITHOUT ROWID;

-- A public number stays the office's for good, also when the office is gone.
-- table city_number projection small: every office number that was ever given.
CREATE TABLE city_number (
    number INTEGER PRIMARY KEY,
    office TEXT NOT NULL
) STRICT;
CREATE INDEX city_number_by_office ON city_number (office, number);

-- table city_duty projection small: who may do what where, from duty.* events.
CREATE TABLE city_duty (
    officer INTEGER NOT NULL,
    office  TEXT    NOT NULL,
    duty    TEXT    NOT NULL,
    PRIMARY KEY (officer, office, duty)
) STRICT, WITHOUT ROWID;
CREATE INDEX city_duty_by_office ON city_duty (office, duty, officer);
CREATE INDEX city_duty_by_duty ON city_duty (duty, officer);

-- Names and addresses never enter an event: this table is their only place.
-- table city_officer truth: the city's people.
CREATE TABLE city_officer (
    id     INTEGER PRIMARY KEY,
    login  TEXT    NOT NULL UNIQUE, -- lower case
    name   TEXT    NOT NULL,
    post   TEXT    NOT NULL,
    phone  TEXT    NOT NULL,
    email  TEXT    NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    added  INTEGER NOT NULL
) STRICT;
CREATE INDEX city_officer_by_name ON city_officer (name, id);

-- table city_credential truth: how an officer proves who he or she is.
CREATE TABLE city_credential (
    officer  INTEGER PRIMARY KEY,
    password TEXT    NOT NULL, -- Argon2id with its parameters
    seed     BLOB    NOT NULL, -- of the one-time codes
    counter  INTEGER NOT NULL, -- the last one used: a code works once
    changed  INTEGER NOT NULL
) STRICT;

-- table city_link truth: one-time links that are out, by SHA-256 of the token.
CREATE TABLE city_link (
    token   BLOB    NOT NULL PRIMARY KEY,
    officer INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX city_link_by_officer ON city_link (officer);
CREATE INDEX city_link_by_expiry ON city_link (expires);

-- Kept by the hash of the name as typed, so that an unknown name is delayed
-- exactly as a known one.
-- table city_try volatile: failed sign-ins, and until when the name must wait.
CREATE TABLE city_try (
    login    BLOB    NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    until    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX city_try_by_until ON city_try (until);

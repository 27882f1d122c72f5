-- table record_entry projection: entries of registers, as everybody may see them
CREATE TABLE record_entry (
    record INTEGER PRIMARY KEY,
    app    TEXT    NOT NULL,
    live   INTEGER NOT NULL, -- 1, or 0 for one that was taken out
    key    TEXT    NOT NULL, -- empty where the register has no public list
    listed TEXT    NOT NULL, -- "path=text", a line each: public fields only
    book   TEXT    NOT NULL, -- whose number its key is, or empty
    year   INTEGER NOT NULL,
    seq    INTEGER NOT NULL
) STRICT;
CREATE INDEX record_entry_list ON record_entry (app, key, record)
    WHERE live = 1;
CREATE UNIQUE INDEX record_entry_book ON record_entry (book, year, seq)
    WHERE book <> '';

-- table record_unique projection: what live entries hold alone, as marks made with the city's secret
CREATE TABLE record_unique (
    app    TEXT    NOT NULL,
    field  TEXT    NOT NULL,
    mark   TEXT    NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (app, field, mark)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_unique_record ON record_unique (record);

-- table record_reminder projection: when whoever holds a record is to be reminded that it lapses
CREATE TABLE record_reminder (
    at     INTEGER NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (at, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_reminder_record ON record_reminder (record);

-- The event of what took a letter's place; 0: it stands.
ALTER TABLE record_letter ADD COLUMN replaced INTEGER NOT NULL DEFAULT 0;

-- table record_period projection: what the calendar opened, once a period and office
CREATE TABLE record_period (
    app    TEXT NOT NULL,
    period TEXT NOT NULL, -- "2026-03"
    office TEXT NOT NULL, -- empty: one for the city
    number TEXT NOT NULL,
    PRIMARY KEY (app, office, period)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_period_by_period ON record_period (app, period, office);

-- table record_listed projection: whom a record's rows name, by pseudonym
CREATE TABLE record_listed (
    officer TEXT    NOT NULL,
    record  INTEGER NOT NULL,
    PRIMARY KEY (officer, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_listed_record ON record_listed (record);

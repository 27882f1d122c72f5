-- What others say of the log: docs/formats.md, "Witnesses".

-- table ledger_cosigned truth: the last note of each day that witnesses cosigned
CREATE TABLE ledger_cosigned (
    day  INTEGER PRIMARY KEY, -- of the last event then, since 1970 UTC
    size INTEGER NOT NULL,
    note TEXT    NOT NULL     -- with the log's signature and theirs
) STRICT;

-- What an app keeps for the archive is handed over to it, and then forgotten.

-- table record_handover projection: records that were written into a hand-over package
CREATE TABLE record_handover (
    record   TEXT    NOT NULL PRIMARY KEY,
    package  TEXT    NOT NULL, -- sha256:HEX of the package's SHA256SUMS
    handed   INTEGER NOT NULL,
    received INTEGER NOT NULL  -- when the archive's receipt was noted; 0 not yet
) STRICT, WITHOUT ROWID;
CREATE INDEX record_handover_package ON record_handover (package, received, record);

-- The migrations that this file has seen, so that each runs once, a changed
-- one is noticed, and an older program refuses a newer file.
-- table store_migration truth small: a row a migration, for good.
CREATE TABLE store_migration (
    number  INTEGER PRIMARY KEY,
    name    TEXT    NOT NULL,
    hash    INTEGER NOT NULL, -- FNV-1a, 64 bits, of the SQL
    applied INTEGER NOT NULL  -- microseconds since 1970
) STRICT;

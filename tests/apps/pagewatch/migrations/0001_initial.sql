-- Ids are UUIDs as 16-byte BLOBs, which is how sqlx binds a Uuid on SQLite; `hex(id)` to read one in the shell.
CREATE TABLE users (
    id            BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    email         TEXT NOT NULL COLLATE NOCASE UNIQUE,
    name          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    is_admin      INTEGER NOT NULL DEFAULT 0,
    created_at    TEXT NOT NULL
) STRICT;

CREATE TABLE sessions (
    token      TEXT PRIMARY KEY NOT NULL,
    user_id    BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at TEXT NOT NULL
) STRICT;

CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE pages (
    id         INTEGER PRIMARY KEY,
    user_id    BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    url        TEXT NOT NULL,
    -- The readable text of the last successful fetch; NULL until there was one.
    last_text  TEXT,
    last_error TEXT,
    checked_at TEXT,
    changed_at TEXT,
    UNIQUE (user_id, url)
) STRICT;

CREATE INDEX pages_by_check ON pages (checked_at);

-- One key per user: making a new one revokes the old one.
CREATE TABLE api_keys (
    user_id    BLOB PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key        TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE gardeners (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    stripe_customer TEXT
);

CREATE TABLE sessions (
    token TEXT PRIMARY KEY,
    gardener_id INTEGER NOT NULL REFERENCES gardeners (id) ON DELETE CASCADE
);

CREATE TABLE seeds (
    id INTEGER PRIMARY KEY,
    gardener_id INTEGER NOT NULL REFERENCES gardeners (id) ON DELETE CASCADE,
    kind TEXT NOT NULL
);

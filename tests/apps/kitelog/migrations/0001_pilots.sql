CREATE TABLE pilots (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    stripe_customer TEXT
);

CREATE TABLE sessions (
    token TEXT PRIMARY KEY,
    pilot_id INTEGER NOT NULL REFERENCES pilots (id) ON DELETE CASCADE
);

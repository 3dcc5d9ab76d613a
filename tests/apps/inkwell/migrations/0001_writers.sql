CREATE TABLE writers (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    stripe_customer TEXT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

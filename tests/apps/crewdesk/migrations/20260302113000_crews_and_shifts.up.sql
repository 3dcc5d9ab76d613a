CREATE TABLE crews (
    id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_id BIGINT NOT NULL REFERENCES users (id),
    name     TEXT NOT NULL
);

CREATE INDEX crews_owner ON crews (owner_id);

-- The people who are planned. They have no account here; the owner sends them the rota.
CREATE TABLE members (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    crew_id BIGINT NOT NULL REFERENCES crews (id) ON DELETE CASCADE,
    name    TEXT NOT NULL,
    UNIQUE (crew_id, name)
);

CREATE TABLE shifts (
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    crew_id   BIGINT NOT NULL REFERENCES crews (id) ON DELETE CASCADE,
    -- NULL while nobody has it
    member_id BIGINT REFERENCES members (id) ON DELETE SET NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at   TIMESTAMPTZ NOT NULL,
    note      TEXT NOT NULL DEFAULT '',
    CHECK (starts_at < ends_at)
);

CREATE INDEX shifts_crew_start ON shifts (crew_id, starts_at);

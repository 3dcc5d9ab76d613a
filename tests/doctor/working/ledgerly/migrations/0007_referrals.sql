ALTER TABLE accounts ADD COLUMN referred_by_code TEXT;

CREATE TABLE referral_outbox (
    id BIGSERIAL PRIMARY KEY,
    account_id UUID NOT NULL UNIQUE REFERENCES accounts (id) ON DELETE CASCADE,
    body JSONB NOT NULL,
    attempts INT NOT NULL DEFAULT 0,
    not_before TIMESTAMPTZ NOT NULL DEFAULT now(),
    delivered_at TIMESTAMPTZ
);

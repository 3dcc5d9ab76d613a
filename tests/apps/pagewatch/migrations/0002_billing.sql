-- The Stripe Customer is made when somebody first goes to checkout, so most users have none.
ALTER TABLE users ADD COLUMN stripe_customer_id TEXT;
ALTER TABLE users ADD COLUMN plan TEXT NOT NULL DEFAULT 'free' CHECK (plan IN ('free', 'pro'));

CREATE UNIQUE INDEX users_by_stripe_customer ON users (stripe_customer_id) WHERE stripe_customer_id IS NOT NULL;

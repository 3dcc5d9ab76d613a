CREATE TABLE users (user_id serial PRIMARY KEY, email text NOT NULL UNIQUE);

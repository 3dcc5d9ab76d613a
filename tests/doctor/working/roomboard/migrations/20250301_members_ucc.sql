ALTER TABLE members ADD COLUMN cello_ucc TEXT;

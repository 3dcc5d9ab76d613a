DROP TABLE IF EXISTS cello_signups;

DROP TABLE shifts;
DROP TABLE members;
DROP TABLE crews;

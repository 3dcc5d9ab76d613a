CREATE TABLE bookings (
    boat TEXT NOT NULL,
    tide TEXT NOT NULL,
    member_id BLOB NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    PRIMARY KEY (boat, tide)
);

use crate::{
    error::{Error, Result},
    repository::{
        bookings::{Booking, Bookings},
        members::Member,
    },
};

const FREE: usize = 2;

pub struct BookingService {
    bookings: Bookings,
}

impl BookingService {
    pub fn new(bookings: Bookings) -> Self {
        Self { bookings }
    }

    pub async fn of(&self, member: &Member) -> Result<Vec<Booking>> {
        Ok(self.bookings.of(member.id).await?)
    }

    pub async fn book(&self, member: &Member, booking: &Booking) -> Result<()> {
        let have = self.bookings.of(member.id).await?.len();
        if have >= FREE && member.stripe_customer.is_none() {
            return Err(Error::MembersOnly);
        }
        match self.bookings.add(member.id, booking).await? {
            true => Ok(()),
            false => Err(Error::Taken),
        }
    }
}

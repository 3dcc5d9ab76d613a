//! The rules of a rota, apart from where it is stored.

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;
use sqlx::FromRow;

/// Rest between two shifts of one person, as the working time directive has it.
const REST: Duration = Duration::hours(11);
const LONGEST: Duration = Duration::hours(13);

#[derive(Debug, Clone, PartialEq, Serialize, FromRow)]
pub struct Shift {
    pub id: i64,
    pub crew_id: i64,
    pub member_id: Option<i64>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub note: String,
}

pub fn check_length(starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> Result<(), String> {
    if ends_at <= starts_at {
        Err("a shift ends after it starts".to_string())
    } else if ends_at - starts_at > LONGEST {
        Err(format!("a shift has {} hours at most", LONGEST.num_hours()))
    } else {
        Ok(())
    }
}

/// The first of `others` that leaves too little rest before or after `shift`.
pub fn clash<'a>(shift: &Shift, others: &'a [Shift]) -> Option<&'a Shift> {
    others.iter().find(|other| {
        shift.starts_at < other.ends_at + REST && other.starts_at < shift.ends_at + REST
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::hours(hours)
    }

    fn shift(id: i64, from: i64, to: i64) -> Shift {
        Shift {
            id,
            crew_id: 1,
            member_id: Some(1),
            starts_at: at(from),
            ends_at: at(to),
            note: String::new(),
        }
    }

    #[test]
    fn lengths() {
        assert!(check_length(at(0), at(13)).is_ok());
        assert!(check_length(at(0), at(14)).is_err());
        assert!(check_length(at(5), at(5)).is_err());
        assert!(check_length(at(5), at(4)).is_err());
    }

    #[test]
    fn people_need_their_rest() {
        let day = shift(1, 8, 16);
        let others = |from, to| [shift(2, from, to)];
        assert_eq!(clash(&day, &[]), None);
        assert!(clash(&day, &others(10, 12)).is_some(), "inside");
        assert!(clash(&day, &others(26, 30)).is_some(), "10 hours later");
        assert!(clash(&day, &others(27, 31)).is_none(), "11 hours later");
        assert!(clash(&day, &others(-12, -3)).is_none(), "11 hours before");
        assert!(clash(&day, &others(-12, -2)).is_some(), "10 hours before");
    }
}

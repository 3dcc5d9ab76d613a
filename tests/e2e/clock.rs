//! Times as Cello takes them, and waiting for things to happen.

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Seconds since 1970 of an RFC 3339 time in UTC, as `2026-11-23T07:00:00Z`.
pub fn seconds(time: &str) -> Option<i64> {
    let (date, clock) = time.strip_suffix('Z')?.split_once('T')?;
    let part = |text: &str, number: usize, sign: char, width: usize| -> Option<i64> {
        let digits = text.split(sign).nth(number).filter(|digits| digits.len() == width)?;
        digits.parse().ok()
    };
    let (year, month, day) = (part(date, 0, '-', 4)?, part(date, 1, '-', 2)?, part(date, 2, '-', 2)?);
    let (hour, minute) = (part(clock, 0, ':', 2)?, part(clock, 1, ':', 2)?);
    let second = clock.split(':').nth(2)?.split('.').next()?;
    let second: i64 = second.parse().ok()?;
    let is_time =
        (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    // Years from March on, so that the leap day is a year's last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 719_469;
    is_time.then_some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

pub fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    i64::try_from(now.as_secs()).expect("a clock before the end of time")
}

/// Waits until there is something, for at most twenty seconds.
#[track_caller]
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let mut found = None;
    let is_there = within(Duration::from_secs(20), || {
        found = look();
        found.is_some()
    });
    assert!(is_there, "waited in vain: {what}");
    found.expect("it is there")
}

/// Whether it becomes so in time.
pub fn within(limit: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !is_so() {
        if start.elapsed() > limit {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
}

/// Long enough for what a request sets off in the background and should not.
pub fn settle() {
    thread::sleep(Duration::from_millis(600));
}

#[test]
fn seconds_are_counted_right() {
    assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
    assert_eq!(seconds("2000-02-29T12:00:00Z"), Some(951_825_600));
    assert_eq!(seconds("2026-11-23T07:00:01Z"), Some(1_795_417_201));
    for wrong in ["2026-11-23 07:00:00Z", "2026-11-23T07:00:00", "2026-13-01T00:00:00Z", ""] {
        assert_eq!(seconds(wrong), None);
    }
}

//! Which of several ways to tell who is signed in is the application's: the one that most handlers take.
//!
//! Near misses: one that a few handlers take beside another that nearly all take, and that also accepts API keys; one that
//! yields nobody instead of refusing; one whose layer is around other routes only.

use crate::survey::axum::identity::{IdentitySite, TAKES_KEYS};

/// The one that most handlers take is the best; what yields nobody instead of refusing comes after it.
pub fn rank(found: &mut [IdentitySite]) {
    leave_to_a_person(found);
    let mut order: Vec<usize> = (0..found.len()).filter(|&i| found[i].identity.rank > 0).collect();
    order.sort_by_key(|&i| {
        let site = &found[i];
        let out_of_reach = site.needs_layer && !site.covered && site.guard.is_none();
        let most = std::cmp::Reverse(site.used_by);
        (site.level(), out_of_reach, most, site.identity.optional, site.identity.id.clone())
    });
    for (position, &i) in order.iter().enumerate() {
        let site = &mut found[i];
        site.identity.rank = u32::try_from(position).unwrap_or(u32::MAX - 1) + 1;
        let handlers = match site.used_by {
            0 => "no handler takes it".to_string(),
            1 => "one handler takes it".to_string(),
            n => format!("{n} handlers take it"),
        };
        let refuses =
            if site.identity.optional { "nobody is an answer" } else { "it refuses who is not signed in" };
        let by = site.guard.as_ref().map(|_| std::mem::take(&mut site.identity.reason));
        let by = by.map(|by| format!("{by}; ")).unwrap_or_default();
        site.identity.reason = format!("{by}{handlers}; {refuses}");
    }
}

/// Where nearly all handlers let programs in as well, who of their callers has a browser is not known, whatever the few
/// others take.
fn leave_to_a_person(found: &mut [IdentitySite]) {
    const MANY: usize = 4;
    let with_keys = |site: &&IdentitySite| site.identity.rank == 0 && site.identity.reason == TAKES_KEYS;
    let Some(most) = found.iter().filter(with_keys).max_by_key(|site| site.used_by) else { return };
    let (name, taken) = (most.ty.to_string(), most.used_by);
    for site in found.iter_mut().filter(|site| site.identity.rank > 0 && site.used_by * MANY < taken) {
        site.identity.rank = 0;
        site.identity.reason = format!("most handlers take `{name}`, which also accepts API keys");
    }
}

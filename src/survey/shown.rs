//! What browsers get to see of an application: its front ends, its pages and the policies that govern them.

use rayon::prelude::*;

use crate::survey::csp::{CspSite, policies_beside};
use crate::survey::frontend::{FrontEnd, front_ends};
use crate::survey::pages::{PageSite, Shared, pages_beside};
use crate::target::{Package, Target};

/// What one package shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its front ends.
    pub front_ends: Vec<FrontEnd>,
    /// Its page shells, by path.
    pub pages: Vec<PageSite>,
    /// Its Content-Security-Policies, by file and position.
    pub policies: Vec<CspSite>,
}

impl Shown {
    /// What each of some packages shows; they are looked at side by side.
    pub fn of(target: &Target, packages: &[&Package]) -> Vec<Self> {
        let shared = Shared::of(target, packages);
        let one = |package: &&Package| {
            let front_ends = front_ends(target, package);
            let pages = pages_beside(target, package, &shared, &front_ends);
            let policies = policies_beside(target, package, &front_ends, &pages);
            Self { front_ends, pages, policies }
        };
        packages.par_iter().map(one).collect()
    }
}

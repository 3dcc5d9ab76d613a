//! `productUserId` is an organisation's id.
//!
//! Near misses: a user's id of a type that has an organisation's, too.

use super::Hit;
use crate::doctor::chart::Chart;

const ORGANISATION: [&str; 10] = [
    "org_id",
    "organization_id",
    "organisation_id",
    "tenant_id",
    "team_id",
    "company_id",
    "workspace_id",
    "orgId",
    "organizationId",
    "tenantId",
];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (file, at, entries) in chart.claims() {
        let Some(id) = entries.iter().find(|entry| entry.key == "productUserId") else { continue };
        let Some((_, field)) = chart.rust.field_of(&id.value) else { continue };
        if ORGANISATION.contains(&field.as_str()) {
            hits.push(Hit::new(file, &at, format!("productUserId is `{field}` here.")));
        }
    }
    hits
}

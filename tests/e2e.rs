//! The whole way, with the real program: plan, apply, compile, run, use over HTTP, undo.
//!
//! Cello is a stub that holds every request to Cello's OpenAPI description; Stripe's Customers are kept by localstripe.
//! `tests/run.sh` prepares what these tests need.
#![expect(clippy::disallowed_methods, reason = "it runs real programs, with an environment and a clock")]

#[path = "e2e/browser.rs"]
mod browser;
#[path = "e2e/cello_api.rs"]
mod cello_api;
#[path = "e2e/cello_stub.rs"]
mod cello_stub;
#[path = "e2e/clock.rs"]
mod clock;
#[path = "e2e/csp.rs"]
mod csp;
#[path = "e2e/database.rs"]
mod database;
#[path = "e2e/http.rs"]
mod http;
#[path = "e2e/oauth.rs"]
mod oauth;
#[path = "e2e/pagewatch.rs"]
mod pagewatch;
#[path = "e2e/postgres.rs"]
mod postgres;
#[path = "e2e/project.rs"]
mod project;
#[path = "e2e/python.rs"]
mod python;
#[path = "e2e/running.rs"]
mod running;
#[path = "e2e/sample.rs"]
mod sample;
#[path = "e2e/story.rs"]
mod story;
#[path = "e2e/stripe_proxy.rs"]
mod stripe_proxy;
#[path = "e2e/token.rs"]
mod token;
#[path = "e2e/world.rs"]
mod world;

#[path = "e2e/crewdesk.rs"]
mod crewdesk;
#[path = "e2e/doctored.rs"]
mod doctored;
#[path = "e2e/flow.rs"]
mod flow;
#[path = "e2e/inkwell.rs"]
mod inkwell;
#[path = "e2e/kitelog.rs"]
mod kitelog;
#[path = "e2e/off.rs"]
mod off;
#[path = "e2e/pages.rs"]
mod pages;
#[path = "e2e/people.rs"]
mod people;
#[path = "e2e/purchases.rs"]
mod purchases;
#[path = "e2e/seedswap.rs"]
mod seedswap;
#[path = "e2e/signups.rs"]
mod signups;
#[path = "e2e/tidebook.rs"]
mod tidebook;
#[path = "e2e/trailmix.rs"]
mod trailmix;
#[path = "e2e/trouble.rs"]
mod trouble;
#[path = "e2e/visited.rs"]
mod visited;

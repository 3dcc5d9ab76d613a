//! Small applications, each with one peculiarity, taken through the whole way from reading to a plan, and what holds of
//! every plan: made twice it is the same, applied it leaves nothing to do, and what it leaves is Rust as before.

mod harness;

mod actix;
mod actix_diesel;
mod actix_layers;
mod actix_plan;
mod actix_shop;
mod any_page;
mod bearer;
mod capture;
mod closures;
mod cors;
mod creations;
mod diesel;
mod elsewhere;
mod getters;
mod guests;
mod identity;
mod ids;
mod lent;
mod looked_up;
mod means;
mod mysql;
mod openapi;
mod options;
mod redirects;
mod route_texts;
mod routers;
mod rust_version;
mod sea_orm;
mod serving;
mod settings;
mod signups;
mod single_routes;
mod sql_files;
mod started;
mod states;
mod stripe;
mod stripe_edges;
mod stripe_forms;
mod stripe_http;
mod threads;
mod unsure;
mod variants;
mod workspace;

pub use harness::{Case, Planned};

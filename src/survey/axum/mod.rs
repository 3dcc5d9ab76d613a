//! axum: routers and how they are put together, what guards them, and how a handler knows its user.

pub mod call;
pub mod choice;
pub mod cors;
pub mod cover;
pub mod demands;
pub mod extension;
pub mod gates;
pub mod guarded;
pub mod helper;
pub mod hints;
pub mod identity;
pub mod layers;
pub mod lent;
pub mod login;
pub mod middleware;
pub mod mount;
pub mod openapi;
pub mod rank;
pub mod router;
pub mod routes;
pub mod serving;
pub mod site;

use axum08 as host;

include!("../../host/off.rs");
